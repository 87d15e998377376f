import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { bootDisk, type Mount } from '../../core/block-device/mounts.ts';
import { type DecisionTable, decide } from '../../core/decision/decision-table.ts';

/** What made a device the swap device: the code of its row. */
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

/** One device that might become swap, and what decides. */
interface Subject {
  readonly device: BlockDevice;
  /** The whole disk that the device is, or lies on. */
  readonly disk: BlockDevice;
  readonly partitions: readonly BlockDevice[];
  readonly isBootDisk: boolean;
  /** CONFIG_SWAP_DEVICE; empty if it is not set. */
  readonly flag: string;
}

/** The GPT partition name and the serial that the platform gives to its swap. */
export const swapName = 'gandiswap';

const document = 'docs/decisions/swap-disk.md';

// The content of any attached disk decides who gets these names.
const contentNames = ['by-label', 'by-uuid', 'by-partlabel', 'by-partuuid'];

/** The buses on which only the hypervisor sets a serial. */
const serialBuses = ['virtio', 'scsi', 'nvme'];

/** What the flag says, before any device is looked at. */
export const swapFlagTable: DecisionTable<string, 'refuse'> = {
  document,
  rows: [
    {
      row: 70,
      code: 'swap-disk.flag-outside-dev',
      outcome: 'refuse',
      applies: (flag) =>
        flag !== '' && !flag.startsWith('/dev/') && `CONFIG_SWAP_DEVICE is not a path under /dev: ${flag}`,
    },
    {
      row: 71,
      code: 'swap-disk.flag-by-content',
      outcome: 'refuse',
      applies: (flag) => {
        const folder = /^\/dev\/disk\/([^/]+)\//.exec(flag)?.[1];
        if (folder === undefined || !contentNames.includes(folder)) return false;
        return `CONFIG_SWAP_DEVICE is a ${folder} name, which any attached disk can take: use one of by-path or by-id`;
      },
    },
  ],
};

/**
 * Each device by itself. To add a row: here, in the document, and a test with its number. Only the boot disk itself, the
 * bus and what the hypervisor sets may designate: never a file system's label or the name of another disk's partition,
 * which the owner of a data disk chooses, and never a kernel name like sdb, which any disk can get (D1, D6).
 */
export const swapDeviceTable: DecisionTable<Subject, DesignatedBy | 'another'> = {
  document,
  rows: [
    {
      row: 72,
      code: 'flag',
      outcome: 'flag',
      applies: (subject) => isNamedByFlag(subject) && 'CONFIG_SWAP_DEVICE names it',
    },
    {
      row: 73,
      code: 'another-is-named',
      outcome: 'another',
      applies: ({ flag }) => flag !== '' && 'CONFIG_SWAP_DEVICE names another device',
    },
    {
      row: 74,
      code: 'boot-disk-partition',
      outcome: 'boot-disk-partition',
      applies: ({ device, isBootDisk }) => isBootDisk && isNamedSwap(device) && 'it lies on the disk that holds /',
    },
    {
      row: 75,
      code: 'xen-name',
      outcome: 'xen-name',
      applies: (subject) => isXenSwap(subject) && 'Xen attached it as xvdz',
    },
    {
      row: 76,
      code: 'serial',
      outcome: 'serial',
      applies: (subject) =>
        subject.disk.serial === swapName &&
        serialBuses.includes(subject.disk.bus) &&
        isSwapOfItsDisk(subject) &&
        `the hypervisor gave its disk the serial ${swapName}`,
    },
  ],
};

/** Which block device is the platform's swap disk. CONFIG_SWAP_DEVICE, where it is set, is the only candidate. */
export function designateSwapDisk(
  devices: readonly BlockDevice[],
  mounts: readonly Mount[],
  flags: SwapFlags,
): SwapDesignation {
  const flag = flags.swapDevice ?? '';
  const refusal = decide(swapFlagTable, flag);
  if (refusal !== undefined) return { kind: 'refused', because: refusal.because };
  const candidates = subjectsOf(devices, mounts, flag).flatMap(candidateOf);
  const [first] = candidates;
  if (first === undefined) return { kind: 'none' };
  return candidates.length === 1 ? { kind: 'one', ...first } : { kind: 'several', candidates };
}

function subjectsOf(devices: readonly BlockDevice[], mounts: readonly Mount[], flag: string): Subject[] {
  const boot = bootDisk(devices, mounts);
  const partitionsOf = Map.groupBy(devices, ({ parent }) => parent);
  const byName = new Map(devices.map((device) => [device.name, device]));
  return devices.flatMap((device) => {
    const disk = device.partition === null ? device : byName.get(device.parent ?? '');
    if (disk === undefined) return [];
    const partitions = partitionsOf.get(disk.name) ?? [];
    return [{ device, disk, partitions, isBootDisk: disk.name === boot?.name, flag }];
  });
}

function candidateOf(subject: Subject): SwapCandidate[] {
  const by = decide(swapDeviceTable, subject)?.outcome;
  if (by === undefined || by === 'another') return [];
  return [{ disk: subject.disk, swapDevice: subject.device, by }];
}

/** A partition that the flag names, or the swap of the whole disk that it names. */
function isNamedByFlag(subject: Subject): boolean {
  const { device, disk, flag } = subject;
  const isNamed = ({ path, links }: BlockDevice) => path === flag || links.includes(flag);
  if (device.partition !== null && isNamed(device)) return true;
  return isNamed(disk) && isSwapOfItsDisk(subject);
}

/** The whole disk or, where it has partitions of that name, each of those. */
function isSwapOfItsDisk({ device, partitions }: Subject): boolean {
  return device.partition === null ? !partitions.some(isNamedSwap) : isNamedSwap(device);
}

/** As on every disk, but for a disk that has a first partition and none of the name: there it is the first. */
function isXenSwap(subject: Subject): boolean {
  const { device, disk, partitions } = subject;
  if (disk.bus !== 'xen' || disk.name !== 'xvdz') return false;
  const first = partitions.find(({ partition }) => partition?.number === 1);
  if (first === undefined || partitions.some(isNamedSwap)) return isSwapOfItsDisk(subject);
  return device.name === first.name;
}

function isNamedSwap(device: BlockDevice): boolean {
  return device.partition?.name === swapName;
}
