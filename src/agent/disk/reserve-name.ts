import { writeDiskName } from './disk-names.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Keeps a folder's name for a file system over reboots, so that two disks with one label never change places. */
export interface ReserveDiskName {
  readonly kind: 'reserve-disk-name';
  readonly uuid: string;
  /** null for one that is mounted where an assignment says: only its disk is kept then, by which a copy is known. */
  readonly name: string | null;
  /** What the platform set for the disk, and where it is plugged in; no disk chooses either. */
  readonly serial: string | null;
  readonly location: string | null;
}

export const reserveDiskNameKind: ActionKind<ReserveDiskName> = {
  kind: 'reserve-disk-name',
  describe: ({ name, uuid }) =>
    name === null ? `keep the disk of file system ${uuid}` : `reserve the name ${name} for file system ${uuid}`,
  isBookkeeping: () => true,
  apply: reserveName,
};

async function reserveName({ uuid, name, serial, location }: ReserveDiskName, system: System): Promise<void> {
  await writeDiskName(system, uuid, { name, serial, location });
}
