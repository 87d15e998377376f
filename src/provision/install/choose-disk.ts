import type { BlockDevice } from '../../core/block-device/block-devices.ts';

/** What a disk is chosen from. */
export type ChosenDisk =
  | { readonly kind: 'one'; readonly disk: BlockDevice }
  | { readonly kind: 'none' }
  /** The machine has several, and nobody said which one is meant. */
  | { readonly kind: 'several'; readonly disks: readonly BlockDevice[] };

/** Kernel names of what is not a disk of the machine: memory, files, and what is built on disks. */
const builtByTheKernel = /^(?:dm-|drbd|fd|loop|md|nbd|ram|sr|zram)/;

/**
 * The disk that a machine is installed on: the one that is named, else the only one. Nothing is guessed: which of two disks
 * is the system's is not written on either.
 * @param wanted a path, a name below /dev/disk or a serial number; null for the only one
 */
export function chooseDisk(devices: readonly BlockDevice[], wanted: string | null): ChosenDisk {
  const disks = devices.filter(({ partition, isCdRom, removable, name }) => {
    return partition === null && !isCdRom && !removable && !builtByTheKernel.test(name);
  });
  const meant = wanted === null ? disks : disks.filter((disk) => isNamed(disk, wanted));
  const [disk] = meant;
  if (disk === undefined) return { kind: 'none' };
  return meant.length === 1 ? { kind: 'one', disk } : { kind: 'several', disks: meant };
}

function isNamed({ path, links, serial }: BlockDevice, wanted: string): boolean {
  return path === wanted || serial === wanted || links.includes(wanted);
}
