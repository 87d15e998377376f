import { removeDiskRecord, writeDiskRecord } from './disk-records.ts';
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

async function forgetDisk(action: ForgetDisk, system: System): Promise<void> {
  await removeDiskRecord(system, action.key);
}
