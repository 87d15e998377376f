import { z } from 'zod';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { System } from '../../core/system/system.ts';
import { parseOnce } from '../../core/text/parse-once.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { type ElsewhereMount, elsewhereMountSchema } from './mounted-elsewhere.ts';

/** What the agent did with a disk; kept until it is detached, so that a disk which the admin unmounted stays unmounted. */
export interface DiskRecord {
  /** `<kernel name>@<DISKSEQ>`: a kernel name that is used again is another disk. */
  readonly key: string;
  /** Path of the block device, `/dev/sdb`. */
  readonly device: string;
  /** `8:16`, as mountinfo names it. */
  readonly majorMinor: string;
  readonly fileSystem: string | null;
  /** UUID of the file system, as udev gives it. */
  readonly uuid: string | null;
  /** Where the agent mounted it, or was about to; null if it left the disk alone. */
  readonly mountPoint: string | null;
  /** What the platform set for the disk; null if nothing, and in a record of an older version. */
  readonly serial: string | null;
  /** Where the platform plugged it in: ID_PATH of udev. */
  readonly location: string | null;
  /** Code of the row of docs/decisions/data-disk.md by which it was left alone; null where it was not. */
  readonly refusal: string | null;
  /**
   * Written down before it is mounted and not yet after that: an agent that is killed in between leaves the next one to
   * find out by the table of mounts how far it came.
   */
  readonly isBeingMounted: boolean;
  /** It is mounted, or offered to autofs, and the hook is still to be told. */
  readonly isHookDue: boolean;
  /** The agent made the folder of `mountPoint`, and removes it with the disk. */
  readonly ownsFolder: boolean;
  /** A person had it unmounted to be taken: nothing mounts it until it is gone or somebody asks. Its `mountPoint` is null. */
  readonly isDetached: boolean;
  /** Size of the block device in bytes when its file system was last known to fill it; null if it never was. */
  readonly filledBytes: number | null;
  /** Name of the assignment by which it was mounted; null where it is below the disk root, at its own name. */
  readonly assignment: string | null;
  /** The agent had the kernel refuse every write to it. */
  readonly isSetReadOnly: boolean;
  /** It is a copy of a disk that was here first, and keeps that one from nothing. */
  readonly isSnapshot: boolean;
  /** Offered to autofs, which mounts it when somebody enters its folder. */
  readonly onDemand: boolean;
  /** Services that the disk itself names in .gandi/services; empty unless CONFIG_DISK_SERVICES=1. */
  readonly services: readonly string[];
  /** Keys of all devices that it lies on, of a layered device on data disks only: without them it is not what it was. */
  readonly beneath: readonly string[];
  /** The other machine that had it mounted when the agent looked last, and by which it was left alone; null where none had. */
  readonly mountedElsewhere: ElsewhereMount | null;
  /** One line for people; nothing is decided by it. */
  readonly note: string;
}

const folder = '/run/gandi/disks';

/** Of a block device with which nothing was done, and of whose content nothing is known. */
export function untouchedRecord({ name, path, majorMinor, diskSequence, serial }: BlockDevice): DiskRecord {
  return {
    key: diskRecordKey(name, diskSequence),
    device: path,
    majorMinor,
    fileSystem: null,
    uuid: null,
    mountPoint: null,
    serial,
    location: null,
    refusal: null,
    isBeingMounted: false,
    isHookDue: false,
    ownsFolder: false,
    isDetached: false,
    filledBytes: null,
    assignment: null,
    isSetReadOnly: false,
    isSnapshot: false,
    onDemand: false,
    services: [],
    beneath: [],
    mountedElsewhere: null,
    note: '',
  };
}

// A record of an older version, kept over an upgrade in the same boot, has none of these.
const off = z.boolean().default(false);
const none = z.string().nullable().default(null);

const schema = z.object({
  key: z.string(),
  device: z.string(),
  majorMinor: z.string(),
  fileSystem: z.string().nullable(),
  uuid: z.string().nullable(),
  mountPoint: z.string().nullable(),
  serial: none,
  location: none,
  refusal: none,
  filledBytes: z.number().nullable(),
  isBeingMounted: off,
  isHookDue: off,
  isDetached: off,
  ownsFolder: off,
  assignment: none,
  isSetReadOnly: off,
  isSnapshot: off,
  onDemand: off,
  services: z.array(z.string()).default([]),
  beneath: z.array(z.string()).default([]),
  mountedElsewhere: elsewhereMountSchema.nullable().default(null),
  note: z.string(),
});

const parse = parseOnce((text): DiskRecord => schema.parse(JSON.parse(text)));

/**
 * What the agent did with each attached disk. Under /run on purpose: a boot attaches every disk again. A record that
 * cannot be read is taken for none, as the worst that follows is that its disk is looked at again.
 * @param kernelName only those of disks that have or had this name
 */
export async function readDiskRecords(system: System, kernelName?: string): Promise<DiskRecord[]> {
  const isWanted = (name: string) => kernelName === undefined || name.startsWith(`${kernelName}@`);
  const names = (await system.files.list(folder)).filter((name) => name.endsWith('.json') && isWanted(name));
  const records = await Promise.all(names.map((name) => readRecord(system, name)));
  return records.filter((record) => record !== undefined);
}

export async function writeDiskRecord(system: System, record: DiskRecord): Promise<void> {
  // Asked first: to make it takes five times as long, and a disk's mount waits for it.
  if ((await system.files.status(folder))?.type !== 'directory') await system.files.makeDirectory(folder, 0o755);
  await system.files.replace(recordPath(record.key), `${JSON.stringify(record)}\n`, { mode: 0o644 });
}

export async function removeDiskRecord(system: System, key: string): Promise<void> {
  await system.files.remove(recordPath(key));
}

/** Kernel names can hold `!` where their /dev path has a slash, and no slash. */
function recordPath(key: string): string {
  return `${folder}/${key}.json`;
}

async function readRecord(system: System, name: string): Promise<DiskRecord | undefined> {
  const text = await system.files.read(`${folder}/${name}`);
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    system.journal.warn(`${folder}/${name}: cannot read this record, taken for none: ${String(error)}`);
    return undefined;
  }
}
