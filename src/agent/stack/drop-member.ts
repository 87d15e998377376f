import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { requireBroken } from './require-broken.ts';

/** Takes a layered device whose disk is gone out of an array that has another member. Of a disk that is gone udev does it. */
export interface DropMember {
  readonly kind: 'drop-member';
  /** Kernel name, `md0`. */
  readonly array: string;
  /** Kernel name, `dm-0`. */
  readonly member: string;
}

export const dropMemberKind: ActionKind<DropMember> = {
  kind: 'drop-member',
  describe: ({ array, member }) => `take ${member} out of ${array}, as a disk beneath it is gone`,
  deviceOf: ({ member }) => `/dev/${member}`,
  apply: dropMember,
};

/**
 * mdadm(8): marks it as failed and removes it, without a look at what is on it. `--incremental --fail`, which udev uses, makes a device
 * node for the array, and the service may make none.
 * @throws AgentError `layer.not-broken` before anything is done, `process.*`
 */
async function dropMember({ array, member }: DropMember, system: System): Promise<void> {
  if (!(await system.files.list(`/sys/class/block/${array}/slaves`)).includes(member)) return;
  await requireBroken(system, member);
  const path = `/dev/${member}`;
  await system.processes.run('mdadm', ['--manage', `/dev/${array}`, '--fail', path, '--remove', path]);
}
