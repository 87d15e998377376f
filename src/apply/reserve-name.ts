import type { ReserveDiskName } from '../action.ts';
import { writeDiskName } from '../state/disk-names.ts';
import type { System } from '../system/system.ts';

export async function reserveName({ uuid, name }: ReserveDiskName, system: System): Promise<void> {
  await writeDiskName(system, uuid, name);
}
