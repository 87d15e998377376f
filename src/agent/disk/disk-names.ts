import { z } from 'zod';
import type { System } from '../../core/system/system.ts';
import { parseOnce } from '../../core/text/parse-once.ts';

const folder = '/var/lib/gandi/disk-names';

// What libblkid gives as a UUID: hex digits and dashes of many shapes. It is text from the disk and becomes a file's name.
const safeUuid = /^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/;

/** The folder's name that a file system got, and the disk that it was on then. Who is there in its place changes nothing of it. */
export interface NameReservation {
  /** null where it has none: it was mounted only where an assignment says. */
  readonly name: string | null;
  /** What the platform had set for the disk; null if it set none, or if an older version wrote this. */
  readonly serial: string | null;
  /** Where the platform had plugged it in: ID_PATH of udev. */
  readonly location: string | null;
  /** Counts up with each reservation: of two file systems with one name the first has it. */
  readonly order: number;
}

const details = z.object({
  serial: z.string().nullable(),
  location: z.string().nullable(),
  order: z.number().int().nonnegative(),
});

const unknown: z.infer<typeof details> = { serial: null, location: null, order: 0 };

/**
 * The folder's name that each file system got, by its UUID. Kept over reboots: two disks with one label come up in
 * any order. One file for each, as several disks are named at the same time.
 * @param isWanted leaves out the others: a machine may have seen thousands
 */
export async function readDiskNames(
  system: System,
  isWanted: (uuid: string) => boolean = () => true,
): Promise<ReadonlyMap<string, NameReservation>> {
  const uuids = (await system.files.list(folder)).filter((name) => safeUuid.test(name) && isWanted(name));
  const read = async (uuid: string) => [uuid, parse((await system.files.read(`${folder}/${uuid}`)) ?? '')] as const;
  const reservations = await Promise.all(uuids.map(read));
  return new Map(reservations.filter(([, { name, serial }]) => name !== null || serial !== null));
}

/** A UUID that cannot be the name of a file is not kept: its disk is named again each time. */
export async function writeDiskName(
  system: System,
  uuid: string,
  { name, serial, location }: Omit<NameReservation, 'order'>,
): Promise<void> {
  if (!safeUuid.test(uuid)) return;
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.makeDirectory(folder, 0o700);
  const known = (await readDiskNames(system, (each) => each === uuid)).get(uuid);
  const order = known !== undefined && known.name === name ? known.order : (await system.files.list(folder)).length + 1;
  const line = JSON.stringify({ serial, location, order });
  await system.files.replace(`${folder}/${uuid}`, `${name ?? ''}\n${line}\n`, { mode: 0o600 });
}

/** Whether the one was there before the other. @param one, other UUID and reservation */
export function isBefore(
  [oneUuid, one]: readonly [string, NameReservation],
  [otherUuid, other]: readonly [string, NameReservation],
): boolean {
  return one.order === other.order ? oneUuid < otherUuid : one.order < other.order;
}

/** The name in the first line, all that older versions wrote, and without which they take nothing for known; then the rest. */
const parse = parseOnce((text): NameReservation => {
  const [name = '', line = ''] = text.split('\n');
  return { name: name.trim() || null, ...(parseDetails(line) ?? unknown) };
});

function parseDetails(line: string): z.infer<typeof details> | undefined {
  try {
    return details.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
