import { AgentError } from '../../core/error/agent-error.ts';
import { observeMounts } from '../../core/block-device/mounts.ts';
import { readDiskRecords, removeDiskRecord, writeDiskRecord } from './disk-records.ts';
import { mountOf } from './mount-of.ts';
import type { System } from '../../core/system/system.ts';
import type { DiskRecord } from './disk-records.ts';
import type { ActionKind } from '../action/kind.ts';

export interface RememberDisk {
  readonly kind: 'remember-disk';
  readonly record: DiskRecord;
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
  deviceOf: (action) => `/dev/${action.key.split('@')[0]}`,
  isBookkeeping: () => true,
  apply: forgetDisk,
};

async function rememberDisk(action: RememberDisk, system: System): Promise<void> {
  await writeDiskRecord(system, action.record);
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
