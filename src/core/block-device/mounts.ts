import { basename } from 'node:path';
import { AgentError } from '../error/agent-error.ts';
import { bytesOfText, textOfBytes } from '../system/byte-text.ts';
import type { System } from '../system/system.ts';
import type { BlockDevice } from './block-devices.ts';

/** A line of /proc/self/mountinfo, proc_pid_mountinfo(5). */
export interface Mount {
  readonly id: number;
  /** st_dev of its files. An anonymous number (`0:42`) says nothing about a block device: Btrfs, overlay, tmpfs. */
  readonly majorMinor: string;
  /** The part of the file system that is mounted; other than `/` for a bind mount or a subvolume. */
  readonly root: string;
  readonly mountPoint: string;
  /** Options of this mount, `rw`, `nosuid`. */
  readonly options: readonly string[];
  readonly fileSystem: string;
  /** What the mounter named, mostly a device path. It is text: for many types any user may choose it. */
  readonly source: string;
  /** Options of the file system, shared by all its mounts. */
  readonly superOptions: readonly string[];
  /** Paths of all devices, where a Btrfs has several: the kernel shows one of them as source, and not always the same. */
  readonly devices?: readonly string[];
}

/** An active swap area, /proc/swaps. */
export interface Swap {
  /** Device node or file. */
  readonly path: string;
  readonly type: 'partition' | 'file' | string;
  readonly sizeBytes: number;
}

/**
 * The mounts that this process sees, in the kernel's order: of two on one mount point the later is on top.
 * @throws AgentError `mounts.unreadable`: no answer must never be read as "nothing is mounted"
 */
export async function observeMounts(system: System): Promise<Mount[]> {
  const path = '/proc/self/mountinfo';
  const text = await system.files.read(path);
  if (text === undefined) throw unreadable(path);
  const mounts = parseMountinfo(text);
  return mounts.some(({ fileSystem }) => fileSystem === 'btrfs')
    ? withDevices(mounts, await observePools(system))
    : mounts;
}

function withDevices(mounts: readonly Mount[], pools: readonly (readonly string[])[]): Mount[] {
  return mounts.map((mount) => {
    const devices = mount.fileSystem === 'btrfs' ? pools.find((pool) => pool.includes(mount.source)) : undefined;
    return devices === undefined ? mount : { ...mount, devices };
  });
}

/** The devices of each mounted Btrfs that has several, by path (sysfs folder of linux/fs/btrfs/sysfs.c). */
async function observePools({ files }: System): Promise<string[][]> {
  const folder = '/sys/fs/btrfs';
  const uuids = (await files.list(folder)).filter((name) => /^[0-9a-f-]{36}$/.test(name));
  const pools = await Promise.all(uuids.map((uuid) => files.list(`${folder}/${uuid}/devices`)));
  return pools.filter(({ length }) => length > 1).map((names) => names.map(pathOf));
}

/** In names of sysfs `!` stands for `/`. */
function pathOf(name: string): string {
  return `/dev/${name.replaceAll('!', '/')}`;
}

/** @throws AgentError `mounts.unreadable` */
export async function observeSwaps(system: System): Promise<Swap[]> {
  const path = '/proc/swaps';
  const text = await system.files.read(path);
  // A kernel without swap support has no such file; one that has it always shows the line of titles.
  if (text === undefined) return [];
  return parseSwaps(text);
}

// What the lines of the last look say. With hundreds of disks the table is read thousands of times, and nearly all of its
// lines are those of the time before: to take all of them apart again was most of the memory that a burst of disks took.
let known: ReadonlyMap<string, Mount> = new Map();

/** @throws AgentError `mounts.unreadable` for a line that is not of the documented shape */
export function parseMountinfo(text: string): Mount[] {
  // A string that is cut out of a text keeps the whole text in memory: lines that stay known are copies.
  const read = new Map<string, Mount>();
  const mounts = linesOf(text).map((line) => {
    const mount = known.get(line) ?? parseMount(textOfBytes(bytesOfText(line)));
    read.set(line, mount);
    return mount;
  });
  known = read;
  return mounts;
}

function parseMount(line: string): Mount {
  const [before = '', after] = splitAtSeparator(line);
  const [id, , majorMinor, root, mountPoint, options] = before.split(' ');
  const [fileSystem, source, superOptions] = (after ?? '').split(' ');
  if (mountPoint === undefined || options === undefined || fileSystem === undefined || source === undefined) {
    throw unreadable('/proc/self/mountinfo', line);
  }
  return {
    id: Number(id),
    majorMinor: majorMinor ?? '',
    root: fromOctal(root ?? ''),
    mountPoint: fromOctal(mountPoint),
    options: options.split(','),
    fileSystem: fromOctal(fileSystem),
    source: fromOctal(source),
    superOptions: (superOptions ?? '').split(',').filter((option) => option !== ''),
  };
}

/** @throws AgentError `mounts.unreadable` */
export function parseSwaps(text: string): Swap[] {
  return linesOf(text)
    .slice(1)
    .map((line) => {
      const [path, type, kibibytes] = line.split(/[\t ]+/);
      if (path === undefined || type === undefined || !/^\d+$/.test(kibibytes ?? ''))
        throw unreadable('/proc/swaps', line);
      return { path: fromOctal(path), type, sizeBytes: Number(kibibytes) * 1024 };
    });
}

/** The whole disk that holds `/`; undefined if there is none (a network root, a live system) or if it is spread over several. */
export function bootDisk(devices: readonly BlockDevice[], mounts: readonly Mount[]): BlockDevice | undefined {
  const root = mounts.findLast((mount) => mount.mountPoint === '/');
  const device = root === undefined ? undefined : mountedDevice(devices, root);
  if (device === undefined) return undefined;
  const disks = disksBehind(devices, device);
  return disks.length === 1 ? disks[0] : undefined;
}

/** The block device that a mount's file system is on; undefined if it is on none that the kernel names. */
export function mountedDevice(devices: readonly BlockDevice[], mount: Mount): BlockDevice | undefined {
  const byNumber = devices.find((device) => device.majorMinor === mount.majorMinor);
  if (byNumber !== undefined) return byNumber;
  if (!isBelievedSource(mount)) return undefined;
  return devices.find((device) => device.path === mount.source || device.links.includes(mount.source));
}

/**
 * Whether a mount's file system is on the block device. Where the kernel shows an anonymous number (Btrfs) the source
 * has to do; elsewhere it must not, as the name in it may be another disk's by now.
 */
export function isMountedFrom(mount: Mount, device: { readonly path: string; readonly majorMinor: string }): boolean {
  if (mount.majorMinor === device.majorMinor) return true;
  return isBelievedSource(mount) && (mount.source === device.path || mount.devices?.includes(device.path) === true);
}

/**
 * Path of the block device that a mount's file system is on, without a look at all devices.
 * @returns undefined if it is on none that the kernel names
 */
export async function sourceDevicePath({ files }: System, mount: Mount): Promise<string | undefined> {
  if (mount.majorMinor.startsWith('0:')) return isBelievedSource(mount) ? mount.source : undefined;
  const target = await files.linkTarget(`/sys/dev/block/${mount.majorMinor}`);
  return target === undefined ? undefined : pathOf(basename(target));
}

// They lie on a block device and show an anonymous number all the same. Of any other type with such a number the source is
// mere text: fusermount3 is setuid and takes it from everybody.
const typesOnDevices = new Set(['btrfs', 'bcachefs']);

function isBelievedSource({ majorMinor, source, fileSystem, superOptions }: Mount): boolean {
  if (!majorMinor.startsWith('0:') || source === '') return false;
  // What root mounts by FUSE may lie on the device too (fuse2fs); user_id is the kernel's word, linux/fs/fuse/inode.c.
  const isOfRoot = fileSystem.startsWith('fuse.') && superOptions.includes('user_id=0');
  return typesOnDevices.has(fileSystem) || isOfRoot;
}

/** The whole disks under a device: itself, its parent, or for LVM, md and their kin those of everything they are built on. */
export function disksBehind(devices: readonly BlockDevice[], device: BlockDevice): BlockDevice[] {
  const below = devices.filter((other) => other.name === device.parent || other.holders.includes(device.name));
  if (below.length === 0) return [device];
  return [...new Set(below.flatMap((other) => disksBehind(devices, other)))];
}

/** Fields six and before are followed by any number of optional ones, then by a lone hyphen. */
function splitAtSeparator(line: string): string[] {
  const at = line.indexOf(' - ');
  return at === -1 ? [line] : [line.slice(0, at), line.slice(at + 3)];
}

/** The kernel writes space, tab, line feed, backslash and `#` as three octal digits of the byte; the rest is as it is. */
function fromOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function unreadable(path: string, line?: string): AgentError {
  return new AgentError('cannot tell what is mounted', {
    code: 'mounts.unreadable',
    subject: path,
    remedy: 'mount /proc, then run the stage again',
    ...(line === undefined ? {} : { cause: `unexpected line: ${line}` }),
  });
}
