import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk } from './disk-facts.ts';
import type { NameReservation } from './disk-names.ts';
import { fileSystemTraits } from './file-systems.ts';
import { isOnOtherDisk } from './remarks.ts';

/**
 * Whether a disk is a copy of one that was here first, and the admin has copies mounted beside their originals. It is so whichever
 * of the two comes first in a boot: by the serial that was seen first with the UUID.
 */
export function isSnapshot(
  disk: Pick<AttachedDisk, 'serial'>,
  reservation: NameReservation | undefined,
  { CONFIG_SNAPSHOTS }: Pick<Flags, 'CONFIG_SNAPSHOTS'>,
): boolean {
  return CONFIG_SNAPSHOTS && isOnOtherDisk(disk, { reservation });
}

/** Options by which a copy is mounted while its original is; undefined where no way is known. */
export function snapshotOptions(fileSystem: string | undefined): readonly string[] | undefined {
  const traits = fileSystemTraits(fileSystem ?? '');
  if (traits === undefined || traits.withoutWriting === null || traits.besideOriginal === null) return undefined;
  return traits.besideOriginal;
}
