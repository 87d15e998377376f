import type { ForgetNic, RememberNic } from '../action/action.ts';
import { removeNicRecord, writeNicRecord } from './nic-records.ts';
import type { System } from '../../core/system/system.ts';

export async function rememberNic({ record }: RememberNic, system: System): Promise<void> {
  await writeNicRecord(system, record);
}

export async function forgetNic({ record }: ForgetNic, system: System): Promise<void> {
  await removeNicRecord(system, record);
}
