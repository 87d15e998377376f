import type { ReserveDiskName } from '../action/action.ts';
import { writeDiskName } from './disk-names.ts';
import type { System } from '../../core/system/system.ts';

export async function reserveName({ uuid, name }: ReserveDiskName, system: System): Promise<void> {
  await writeDiskName(system, uuid, name);
}
