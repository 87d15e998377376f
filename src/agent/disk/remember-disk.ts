import type { ForgetDisk, RememberDisk } from '../action/action.ts';
import { removeDiskRecord, writeDiskRecord } from './disk-records.ts';
import type { System } from '../../core/system/system.ts';

export async function rememberDisk(action: RememberDisk, system: System): Promise<void> {
  await writeDiskRecord(system, action.record);
}

export async function forgetDisk(action: ForgetDisk, system: System): Promise<void> {
  await removeDiskRecord(system, action.key);
}
