import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { bootDisk, type Mount } from '../../core/block-device/mounts.ts';

/** What made a disk the swap disk; the order is that of the candidates below. */
export type DesignatedBy = 'flag' | 'boot-disk-partition' | 'xen-name' | 'serial';

export interface SwapCandidate {
  /** The whole disk: the platform writes its payload at an offset of this. */
  readonly disk: BlockDevice;
  /** What becomes swap: the disk itself or one of its partitions. */
  readonly swapDevice: BlockDevice;
  readonly by: DesignatedBy;
}

export type SwapDesignation =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'one' } & SwapCandidate)
  /** More than one device qualifies: nothing may be read, wiped, formatted or enabled until the admin decides. */
  | { readonly kind: 'several'; readonly candidates: readonly SwapCandidate[] }
  /** CONFIG_SWAP_DEVICE is a name that the content of a disk decides. */
  | { readonly kind: 'refused'; readonly because: string };

export interface SwapFlags {
  /** CONFIG_SWAP_DEVICE; null or empty if it is not set. */
  readonly swapDevice: string | null;
}

/** The GPT partition name and the serial that the platform gives to its swap. */
export const swapName = 'gandiswap';

type Finder = (devices: readonly BlockDevice[], mounts: readonly Mount[]) => SwapCandidate[];

/**
 * Where the platform's swap can be, all of them looked at. To add one: a function and a line here, and a row in
 * docs/decisions/swap-disk.md. Only the boot disk itself, the bus and what the hypervisor sets may designate: never
 * a file system's label or the name of another disk's partition, which the owner of a data disk chooses, and never
 * a kernel name like sdb, which any disk can get (D1, D6).
 */
const finders: readonly Finder[] = [findBootDiskPartition, findXenDisk, findBySerial];

/** Which block device is the platform's swap disk. CONFIG_SWAP_DEVICE, where it is set, is the only candidate. */
export function designateSwapDisk(
  devices: readonly BlockDevice[],
  mounts: readonly Mount[],
  flags: SwapFlags,
): SwapDesignation {
  if (flags.swapDevice !== null && flags.swapDevice !== '') return designateByFlag(devices, flags.swapDevice);
  return onlyOne(finders.flatMap((find) => find(devices, mounts)));
}

// The content of any attached disk decides who gets these names.
const contentNames = ['by-label', 'by-uuid', 'by-partlabel', 'by-partuuid'];

function designateByFlag(devices: readonly BlockDevice[], path: string): SwapDesignation {
  const folder = /^\/dev\/disk\/([^/]+)\//.exec(path)?.[1];
  if (!path.startsWith('/dev/')) return refused(`CONFIG_SWAP_DEVICE is not a path under /dev: ${path}`);
  if (folder !== undefined && contentNames.includes(folder)) {
    return refused(
      `CONFIG_SWAP_DEVICE is a ${folder} name, which any attached disk can take: use one of by-path or by-id`,
    );
  }
  const device = devices.find((other) => other.path === path || other.links.includes(path));
  if (device === undefined) return { kind: 'none' };
  if (device.partition === null) return onlyOne(withSwapPartition(devices, device, 'flag'));
  const disk = devices.find((other) => other.name === device.parent);
  return disk === undefined ? { kind: 'none' } : { kind: 'one', disk, swapDevice: device, by: 'flag' };
}

function findBootDiskPartition(devices: readonly BlockDevice[], mounts: readonly Mount[]): SwapCandidate[] {
  const disk = bootDisk(devices, mounts);
  if (disk === undefined) return [];
  return swapPartitions(devices, disk).map((swapDevice) => ({ disk, swapDevice, by: 'boot-disk-partition' }));
}

function findXenDisk(devices: readonly BlockDevice[]): SwapCandidate[] {
  const disk = devices.find((device) => device.bus === 'xen' && device.name === 'xvdz' && device.partition === null);
  if (disk === undefined) return [];
  const first = devices.find((device) => device.parent === disk.name && device.partition?.number === 1);
  if (first === undefined || swapPartitions(devices, disk).length > 0)
    return withSwapPartition(devices, disk, 'xen-name');
  return [{ disk, swapDevice: first, by: 'xen-name' }];
}

function findBySerial(devices: readonly BlockDevice[]): SwapCandidate[] {
  const buses = ['virtio', 'scsi', 'nvme'];
  return devices
    .filter((device) => device.partition === null && device.serial === swapName && buses.includes(device.bus))
    .flatMap((disk) => withSwapPartition(devices, disk, 'serial'));
}

function withSwapPartition(devices: readonly BlockDevice[], disk: BlockDevice, by: DesignatedBy): SwapCandidate[] {
  const partitions = swapPartitions(devices, disk);
  if (partitions.length === 0) return [{ disk, swapDevice: disk, by }];
  return partitions.map((swapDevice) => ({ disk, swapDevice, by }));
}

function swapPartitions(devices: readonly BlockDevice[], disk: BlockDevice): BlockDevice[] {
  return devices.filter((device) => device.parent === disk.name && device.partition?.name === swapName);
}

/** One device found in two ways is one candidate. */
function onlyOne(found: readonly SwapCandidate[]): SwapDesignation {
  const byDevice = new Map(found.toReversed().map((candidate) => [candidate.swapDevice.name, candidate]));
  const candidates = [...byDevice.values()].toReversed();
  const [first] = candidates;
  if (first === undefined) return { kind: 'none' };
  return candidates.length === 1 ? { kind: 'one', ...first } : { kind: 'several', candidates };
}

function refused(because: string): SwapDesignation {
  return { kind: 'refused', because };
}
