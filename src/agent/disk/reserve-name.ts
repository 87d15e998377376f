import { writeDiskName } from './disk-names.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Keeps a folder's name for a file system over reboots, so that two disks with one label never change places. */
export interface ReserveDiskName {
  readonly kind: 'reserve-disk-name';
  readonly uuid: string;
  readonly name: string;
  /** What the platform set for the disk, and where it is plugged in; no disk chooses either. */
  readonly serial: string | null;
  readonly location: string | null;
}

export const reserveDiskNameKind: ActionKind<ReserveDiskName> = {
  kind: 'reserve-disk-name',
  describe: (action) => `reserve the name ${action.name} for file system ${action.uuid}`,
  isBookkeeping: () => true,
  apply: reserveName,
};

async function reserveName({ uuid, name, serial, location }: ReserveDiskName, system: System): Promise<void> {
  await writeDiskName(system, uuid, { name, serial, location });
}
