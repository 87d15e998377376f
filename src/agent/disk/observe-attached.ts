import { type BlockDevice, observeDiskOf } from '../../core/block-device/block-devices.ts';
import { type Mount, observeSwaps } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import type { AttachedDisk } from './disk-facts.ts';
import { findClaim, type FstabEntry } from './fstab.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { kindOfMapper } from '../stack/layer-kind.ts';
import { isOnDataDisks, type Stack } from '../stack/stack.ts';
import { identityOf, serialOf } from './disk-identity.ts';
import { observeStack } from './observe-stack.ts';
import { observeLayers } from './layers.ts';
import { isRootKnown, isSystemDisk } from './system-disks.ts';

type Properties = Readonly<Record<string, string>>;

/** As it is, without what systemd has to be asked for and what is said of it. */
export type SeenDisk = Omit<AttachedDisk, 'unitClaim' | 'mustNotChange'>;

/**
 * A block device as the kernel and udev have it.
 * @returns undefined if it is gone, or if the properties are those of a disk that had its name before
 */
export async function observeAttached(
  system: System,
  name: string,
  properties: Properties,
  mounts: readonly Mount[],
  fstab: readonly FstabEntry[],
  layerNames: readonly LayerName[] = [],
): Promise<SeenDisk | undefined> {
  const family = await observeDiskOf(system, name);
  const device = family.find((each) => each.name === name);
  if (device === undefined || !describes(properties, device)) return undefined;
  const disk = family.find((each) => each.name === device.parent) ?? device;
  const swaps = await observeSwaps(system);
  const { encodedLabel, uuid } = identityOf(device, properties);
  const stack = layerNames.length === 0 ? undefined : await observeStack(system, name, mounts);
  return {
    device,
    wholeDisk: disk.path,
    disk,
    stack,
    isPathOfDisk: await isPathOfDisk(system, device, properties),
    isDataDisk: stack === undefined ? properties.GANDI_DATA_DISK === '1' : isOnDataDisks(stack),
    markedBy: stack === undefined ? properties.GANDI_DATA_DISK_OF || undefined : markOf(stack),
    partitionType: properties.ID_PART_ENTRY_TYPE?.toLowerCase() || undefined,
    fileSystem: properties.ID_FS_TYPE || undefined,
    usage: properties.ID_FS_USAGE || undefined,
    isAmbivalent: properties.ID_FS_AMBIVALENT !== undefined,
    isReady: !isNo(properties.SYSTEMD_READY),
    encodedLabel,
    uuid,
    serial: serialOf(device, properties),
    location: properties.ID_PATH || undefined,
    fileSystemBytes: fileSystemBytes(properties),
    roomBytes: roomBehind(device, disk, family),
    isSwap: swaps.some(({ path }) => path === device.path),
    isSystemDisk: isSystemDisk([...family, ...(await observeLayers(system, family))], mounts, swaps),
    isRootKnown: isRootKnown(mounts),
    fstabClaim: findClaim(fstab, properties)?.line,
  };
}

/**
 * A boolean of systemd that says no. What is neither yes nor no is not a no, as in systemd itself: parse_boolean of its
 * src/basic/parse-util.c, and src/core/device.c. The rules of udev have the same words.
 */
function isNo(value: string | undefined): boolean {
  return value !== undefined && /^(?:0|no?|f(?:alse)?|off)$/i.test(value);
}

/** Only the last partition grows (docs/decisions/data-partition.md): what lies before another one is nobody's room. */
function roomBehind({ partition, sizeBytes }: BlockDevice, disk: BlockDevice, family: readonly BlockDevice[]): number {
  if (partition === null) return 0;
  const end = partition.startBytes + sizeBytes;
  const isLast = family.every((other) => (other.partition?.startBytes ?? 0) < end);
  return isLast ? Math.max(0, disk.sizeBytes - end) : 0;
}

/** Of several marks the one that needs the most proof: `all-but-system` takes a disk by what it is not. */
function markOf({ bottoms }: Stack): string | undefined {
  const marks = bottoms.map(({ markedBy }) => markedBy);
  return marks.includes('all-but-system') ? 'all-but-system' : marks[0];
}

/**
 * multipath's rules (60-multipath.rules) say so of each path, and call what is on it `mpath_member`. Once the disk is put together it
 * holds its paths, whatever udev said of one.
 */
async function isPathOfDisk({ files }: System, { holders }: BlockDevice, properties: Properties): Promise<boolean> {
  if (properties.DM_MULTIPATH_DEVICE_PATH === '1' || properties.ID_FS_TYPE === 'mpath_member') return true;
  for (const holder of holders) {
    const uuid = await files.read(`/sys/class/block/${holder}/dm/uuid`).catch(() => undefined);
    if (kindOfMapper(uuid?.trim() ?? null) === 'multipath') return true;
  }
  return false;
}

/** Properties of a disk that had this kernel name before say nothing about the one that has it now. */
function describes(properties: Properties, device: BlockDevice): boolean {
  return (
    properties.DISKSEQ === undefined ||
    device.diskSequence === null ||
    Number(properties.DISKSEQ) === device.diskSequence
  );
}

/** udev-builtin-blkid gives both from systemd 254 on, with util-linux 2.39. */
function fileSystemBytes({ ID_FS_LASTBLOCK, ID_FS_BLOCKSIZE }: Properties): number | undefined {
  const bytes = Number(ID_FS_LASTBLOCK || Number.NaN) * Number(ID_FS_BLOCKSIZE || Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
