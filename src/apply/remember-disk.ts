import type { ForgetDisk, RememberDisk } from '../action.ts';
import { removeDiskRecord, writeDiskRecord } from '../state/disk-records.ts';
import type { System } from '../system/system.ts';

export async function rememberDisk(action: RememberDisk, system: System): Promise<void> {
  await writeDiskRecord(system, action.record);
}

export async function forgetDisk(action: ForgetDisk, system: System): Promise<void> {
  await removeDiskRecord(system, action.key);
}
