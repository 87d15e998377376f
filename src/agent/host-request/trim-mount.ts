import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { requireMounted } from './data-mounts.ts';

/** Tells the disk which of its blocks a file system does not use: fstrim(8). */
export interface TrimMount {
  readonly kind: 'trim-mount';
  readonly mountPoint: string;
  readonly majorMinor: string;
}

export const trimMountKind: ActionKind<TrimMount> = {
  kind: 'trim-mount',
  describe: ({ mountPoint }) => `trim ${mountPoint}`,
  isLiveOnly: () => true,
  apply: trimMount,
};

const timeoutSeconds = 600;

/** @throws AgentError `mount.not-there`, `process.*` */
async function trimMount(action: TrimMount, system: System): Promise<void> {
  await requireMounted(system, action);
  await system.processes.run('fstrim', [action.mountPoint], { timeoutSeconds });
}
