import type { System } from '../../core/system/system.ts';

const folder = '/var/lib/gandi/disk-names';

// What libblkid gives as a UUID: hex digits and dashes of many shapes. It is text from the disk and becomes a file's name.
const safeUuid = /^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/;

/**
 * The folder's name that each file system got, by its UUID. Kept over reboots: two disks with one label come up in
 * any order. One file for each, as several disks are named at the same time.
 * @param isWanted leaves out the others: a machine may have seen thousands
 */
export async function readDiskNames(
  system: System,
  isWanted: (uuid: string) => boolean = () => true,
): Promise<ReadonlyMap<string, string>> {
  const uuids = (await system.files.list(folder)).filter((name) => safeUuid.test(name) && isWanted(name));
  const names = await Promise.all(
    uuids.map(async (uuid) => [uuid, (await system.files.read(`${folder}/${uuid}`))?.trim() ?? ''] as const),
  );
  return new Map(names.filter(([, name]) => name !== ''));
}

/** A UUID that cannot be the name of a file is not kept: its disk is named again each time. */
export async function writeDiskName(system: System, uuid: string, name: string): Promise<void> {
  if (!safeUuid.test(uuid)) return;
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.makeDirectory(folder, 0o700);
  await system.files.replace(`${folder}/${uuid}`, `${name}\n`, { mode: 0o600 });
}
