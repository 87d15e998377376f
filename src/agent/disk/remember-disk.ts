import { isDeepStrictEqual } from 'node:util';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { observeMounts } from '../../core/block-device/mounts.ts';
import { readDiskRecords, removeDiskRecord, writeDiskRecord } from './disk-records.ts';
import { nameIn } from './disk-record-key.ts';
import { mountOf } from './mount-of.ts';
import type { System } from '../../core/system/system.ts';
import type { DiskRecord } from './disk-records.ts';
import type { ActionKind } from '../action/kind.ts';

export interface RememberDisk {
  readonly kind: 'remember-disk';
  readonly record: DiskRecord;
  /**
   * What was on record when it was decided, null for nothing; not told by those who go on with what they began. A person's
   * command and an event may come to decide about one disk at the same time: the first that writes has it.
   */
  readonly over?: DiskRecord | null;
}

export const rememberDiskKind: ActionKind<RememberDisk> = {
  kind: 'remember-disk',
  describe: (action) =>
    `remember ${action.record.device}: ${action.record.note}${action.record.isHookDue ? ', hook due' : ''}`,
  deviceOf: (action) => action.record.device,
  isBookkeeping: () => true,
  apply: rememberDisk,
};

export interface ForgetDisk {
  readonly kind: 'forget-disk';
  readonly key: string;
}

export const forgetDiskKind: ActionKind<ForgetDisk> = {
  kind: 'forget-disk',
  describe: (action) => `forget ${action.key}`,
  deviceOf: (action) => `/dev/${nameIn(action.key)}`,
  isBookkeeping: () => true,
  apply: forgetDisk,
};

/** @throws AgentError `disk.other-run` */
async function rememberDisk({ record, over }: RememberDisk, system: System): Promise<void> {
  if (over !== undefined) await requireOnRecord(record.key, over, record.device, system);
  await writeDiskRecord(system, record);
}

async function requireOnRecord(key: string, over: DiskRecord | null, device: string, system: System): Promise<void> {
  const now = (await readDiskRecords(system, nameIn(key))).find((each) => each.key === key) ?? null;
  if (isDeepStrictEqual(now, over)) return;
  throw new AgentError('another run of the agent was faster, and what it does about it counts', {
    code: 'disk.other-run',
    subject: device,
    remedy: `\`gandi-agent disk explain ${device}\` says what became of it; try again if that is not what you want`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

/**
 * The record is all that tells of a stale mount: it stays as long as that does, whatever the tool said that was to unmount it.
 * @throws AgentError `disk.still-mounted`
 */
async function forgetDisk(action: ForgetDisk, system: System): Promise<void> {
  const record = (await readDiskRecords(system)).find(({ key }) => key === action.key);
  if (record !== undefined && mountOf(record, await observeMounts(system)) !== undefined) {
    throw new AgentError('cannot forget it: it is gone and still mounted', {
      code: 'disk.still-mounted',
      subject: record.mountPoint ?? record.device,
      remedy: 'see what holds it with `fuser -m`, then restart gandi-mount.service, which tries again',
    });
  }
  await removeDiskRecord(system, action.key);
}
