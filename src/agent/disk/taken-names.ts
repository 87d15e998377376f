import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';
import { isBefore, type NameReservation, readDiskNames } from './disk-names.ts';
import type { DiskRecord } from './disk-records.ts';

/** Names that other disks have, and the one that a file system got before. */
export interface KnownNames {
  readonly own: NameReservation | undefined;
  readonly others: ReadonlySet<string>;
}

/**
 * A name is somebody else's only while that file system is attached: a disk that never comes back keeps nothing. Of two with
 * one name it is that of the first. A disk that autofs may mount at any time has its name too.
 */
export async function observeTakenNames(
  system: System,
  uuid: string | undefined,
  records: readonly DiskRecord[],
  kernelName: string,
): Promise<KnownNames> {
  const attached = new Set(await system.files.list('/dev/disk/by-uuid'));
  const names = await readDiskNames(system, (each) => each === uuid || attached.has(each));
  const own = uuid === undefined ? undefined : names.get(uuid);
  const yields = (entry: readonly [string, NameReservation]) =>
    uuid !== undefined && own !== undefined && own.name === entry[1].name && isBefore([uuid, own], entry);
  const others = [...names].filter((entry) => entry[0] !== uuid && attached.has(entry[0]) && !yields(entry));
  const offered = records.filter(({ onDemand, key }) => onDemand && !key.startsWith(`${kernelName}@`));
  // A folder of that name would be taken for the device where a person names one.
  const devices = (await system.files.list('/sys/class/block')).filter((name) => name !== kernelName);
  const taken = new Set([
    ...devices,
    ...others.flatMap(([, { name }]) => name ?? []),
    ...offered.flatMap(({ mountPoint }) => basename(mountPoint ?? '') || []),
  ]);
  return { own, others: taken };
}
