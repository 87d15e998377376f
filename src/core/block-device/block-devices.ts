import { constants } from 'node:fs';
import { resolve } from 'node:path';
import { isCountedByOpening } from './disk-sequence.ts';
import type { System } from '../system/system.ts';

export type Bus = 'xen' | 'scsi' | 'virtio' | 'nvme' | 'loop' | 'other';

export interface Partition {
  readonly number: number;
  /** From the start of the disk. */
  readonly startBytes: number;
  /** Name in the GPT as the kernel shows it: 7-bit, what is not printable as `!`. null in an MBR, and where it has none. */
  readonly name: string | null;
  /** null before Linux 6.10, which is the first to put it into uevent. */
  readonly uuid: string | null;
}

/** A whole disk or a partition. Bus, serial, vendor, DISKSEQ, removable and isCdRom of a partition are its disk's. */
export interface BlockDevice {
  /** Kernel name, `xvdz`. Says nothing about identity: it is given to another device after a re-plug or a reboot. */
  readonly name: string;
  /** Device node, `/dev/xvdz`. */
  readonly path: string;
  /** Stable names under /dev/disk/by-id, by-path, by-diskseq, and /dev/mapper. By label, uuid and partlabel are left out: a disk's content chooses those. */
  readonly links: readonly string[];
  /** `202:0` */
  readonly majorMinor: string;
  readonly sizeBytes: number;
  readonly readOnly: boolean;
  readonly removable: boolean;
  /** The platform attached it as a CD-ROM: what is written on a disk cannot make it one. */
  readonly isCdRom: boolean;
  /** New for every attachment of a disk, but counted again in every boot. null before Linux 5.15, and for md. */
  readonly diskSequence: number | null;
  /** What the platform set; null if none. */
  readonly serial: string | null;
  readonly vendor: string | null;
  readonly bus: Bus;
  /** null for a whole disk. */
  readonly partition: Partition | null;
  /** Name of the whole disk that a partition lies on; null for a whole disk. */
  readonly parent: string | null;
  /** Names of a whole disk's partitions, by number. */
  readonly partitions: readonly string[];
  /** Names of what is built on this device: LVM, md, bcache. */
  readonly holders: readonly string[];
}

/** Reads one attribute of a device in sysfs, trimmed; undefined if it is missing or empty. */
type Attribute = (name: string) => Promise<string | undefined>;

/**
 * All block devices that hold anything, each disk before its partitions, in the order of their names. Reads sysfs and the links of
 * /dev/disk; starts no process. A disk that goes while it is looked at is left out, and one that gives its name to another
 * meanwhile is never mixed with it.
 * Attributes: Documentation/ABI/stable/sysfs-block of the Linux kernel; sizes there count 512 bytes, whatever the disk's sector.
 * @param withEmpty those of 0 bytes too, which hold nothing: a loop device without a file, a reader without a card, a misread disk
 */
export async function observeBlockDevices(system: System, withEmpty = false): Promise<BlockDevice[]> {
  const [names, links] = await Promise.all([system.files.list('/sys/block'), observeLinks(system)]);
  const families = await Promise.all(names.map((name) => observeFamily(system, name, links, withEmpty)));
  return families.flat();
}

/**
 * One whole disk and its partitions, by the kernel name of any of them, also a disk of 0 bytes; without links, which are found
 * by looking at all disks. Empty if it is gone.
 */
export async function observeDiskOf(system: System, kernelName: string): Promise<BlockDevice[]> {
  const target = await system.files.linkTarget(`/sys/class/block/${kernelName}`);
  const [parent] = (target ?? '').split('/').slice(-2);
  const isPartition =
    parent !== undefined && (await system.files.status(`/sys/block/${parent}/${kernelName}`)) !== undefined;
  return observeFamily(system, isPartition ? parent : kernelName, new Map(), true);
}

async function observeFamily(system: System, name: string, links: Links, withEmpty = false): Promise<BlockDevice[]> {
  const folder = `/sys/block/${name}`;
  const disk = await observeDisk(system, name, links, withEmpty);
  if (disk === undefined) return [];
  const entries = (await system.files.list(folder)).filter((entry) => entry.startsWith(name));
  const found = await Promise.all(entries.map((entry) => observePartition(system, disk, entry, links)));
  const partitions = found.filter((device) => device !== undefined);
  partitions.sort((a, b) => (a.partition?.number ?? 0) - (b.partition?.number ?? 0));
  const now = await identityOf(name, attributesOf(system, folder));
  if (now.majorMinor === undefined) return [];
  const isSame = now.majorMinor === disk.majorMinor && now.diskSequence === disk.diskSequence;
  if (!isSame) return observeFamily(system, name, links, withEmpty);
  return [{ ...disk, partitions: partitions.map((device) => device.name) }, ...partitions];
}

/** What no two disks of one boot have in common. An attribute that is missing may be that of a disk that is gone. */
async function identityOf(name: string, attribute: Attribute) {
  const diskSequence = isCountedByOpening(name) ? null : numberOrNull(await attribute('diskseq'));
  return { majorMinor: await attribute('dev'), diskSequence };
}

async function observeDisk(
  system: System,
  name: string,
  links: Links,
  withEmpty: boolean,
): Promise<BlockDevice | undefined> {
  const folder = `/sys/block/${name}`;
  const attribute = attributesOf(system, folder);
  // A loop device with no file behind it, a reader with no medium. Debian has eight of the first, and looking at the
  // rest of their attributes would take longer than at all real disks.
  if (!withEmpty && (await attribute('size')) === '0') return undefined;
  // A path of a multipath NVMe disk is `hidden`: it has no device node and is not for use.
  if ((await attribute('hidden')) === '1') return undefined;
  const { diskSequence } = await identityOf(name, attribute);
  const own = await observeOwn(system, name, folder, links);
  if (own === undefined) return undefined;
  const bus = await busOf(system, folder, own.majorMinor);
  return {
    ...own,
    removable: (await attribute('removable')) === '1',
    // TYPE_ROM of scsi/scsi_proto.h, which also drives of libata and USB have.
    isCdRom: bus === 'scsi' && name.startsWith('sr') && (await attribute('device/type')) === '5',
    diskSequence,
    serial: await serialOf(system, folder, bus, attribute),
    vendor: (await attribute('device/vendor')) ?? null,
    bus,
    partition: null,
    parent: null,
    partitions: [],
  };
}

async function observePartition(
  system: System,
  disk: BlockDevice,
  name: string,
  links: Links,
): Promise<BlockDevice | undefined> {
  const folder = `/sys/block/${disk.name}/${name}`;
  const attribute = attributesOf(system, folder);
  const number = numberOrNull(await attribute('partition'));
  const start = numberOrNull(await attribute('start'));
  const own = await observeOwn(system, name, folder, links);
  if (number === null || start === null || own === undefined) return undefined;
  const uevent = (await attribute('uevent')) ?? '';
  const property = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(uevent)?.[1] ?? null;
  const partition = { number, startBytes: start * 512, name: property('PARTNAME'), uuid: property('PARTUUID') };
  return { ...disk, ...own, partition, parent: disk.name, partitions: [] };
}

async function observeOwn(system: System, name: string, folder: string, links: Links) {
  const attribute = attributesOf(system, folder);
  const majorMinor = await attribute('dev');
  const sectors = numberOrNull(await attribute('size'));
  if (majorMinor === undefined || sectors === null) return undefined;
  // A slash cannot be in a folder's name, so sysfs shows it as an exclamation mark (cciss!c0d0).
  const path = `/dev/${name.replaceAll('!', '/')}`;
  const mapperName = await attribute('dm/name');
  return {
    name,
    path,
    links: [...(links.get(path) ?? []), ...(mapperName === undefined ? [] : [`/dev/mapper/${mapperName}`])],
    majorMinor,
    sizeBytes: sectors * 512,
    readOnly: (await attribute('ro')) === '1',
    holders: await system.files.list(`${folder}/holders`),
  };
}

// Loop devices sit on no bus; 7 is their major number (Documentation/admin-guide/devices.txt).
async function busOf(system: System, folder: string, majorMinor: string): Promise<Bus> {
  if (majorMinor.startsWith('7:')) return 'loop';
  const subsystem = (await system.files.linkTarget(`${folder}/device/subsystem`))?.split('/').at(-1);
  if (subsystem === 'nvme' || subsystem === 'nvme-subsystem') return 'nvme';
  return subsystem === 'xen' || subsystem === 'scsi' || subsystem === 'virtio' ? subsystem : 'other';
}

async function serialOf(system: System, folder: string, bus: Bus, attribute: Attribute): Promise<string | null> {
  if (bus === 'virtio') return (await attribute('serial')) ?? null;
  if (bus === 'nvme') return (await attribute('device/serial')) ?? null;
  if (bus === 'scsi') return scsiSerial(system, `${folder}/device/vpd_pg80`);
  return null;
}

/** SPC-4 7.8.15: four bytes of header, the last one the length, then the serial number in ASCII padded with spaces. */
async function scsiSerial(system: System, path: string): Promise<string | null> {
  try {
    await using page = await system.files.open(path, constants.O_RDONLY);
    const { buffer, bytesRead } = await page.read(Buffer.alloc(4 + 255), 0, 4 + 255, 0);
    const length = bytesRead < 4 ? 0 : (buffer[3] ?? 0);
    const serial = buffer.toString('latin1', 4, Math.min(bytesRead, 4 + length));
    return trimmed(serial) ?? null;
  } catch {
    // The device is gone or on its way out, or answers no page: without a serial it is designated by nothing.
    return null;
  }
}

type Links = ReadonlyMap<string, readonly string[]>;

async function observeLinks(system: System): Promise<Links> {
  const folders = ['/dev/disk/by-id', '/dev/disk/by-path', '/dev/disk/by-diskseq'];
  const links = new Map<string, string[]>();
  for (const folder of folders) {
    for (const name of await system.files.list(folder)) {
      const target = await system.files.linkTarget(`${folder}/${name}`);
      if (target === undefined) continue;
      const path = resolve(folder, target);
      links.set(path, [...(links.get(path) ?? []), `${folder}/${name}`]);
    }
  }
  return links;
}

function attributesOf(system: System, folder: string): Attribute {
  return async (name) => {
    try {
      return trimmed((await system.files.read(`${folder}/${name}`)) ?? '');
    } catch {
      // ENODEV and its kin: the device is on its way out.
      return undefined;
    }
  };
}

/** Padding in serials and vendors is spaces or NUL; the kernel ends most attributes with a line feed. */
function trimmed(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is trimmed here
  const bare = text.replace(/^[\s\u0000]+|(?<![\s\u0000])[\s\u0000]+$/g, '');
  return bare === '' ? undefined : bare;
}

function numberOrNull(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
