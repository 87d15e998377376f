import { basename } from 'node:path';
import type { System } from '../system/system.ts';

/**
 * DISKSEQ of a whole disk, by its path: a number that no other disk had since boot (Linux
 * Documentation/ABI/stable/sysfs-block, since 5.15). null where the kernel is older or the disk is gone, and for an array.
 */
export async function readDiskSequence(system: System, disk: string): Promise<number | null> {
  if (isCountedByOpening(basename(disk))) return null;
  const text = await system.files.read(`/sys/class/block/${basename(disk)}/diskseq`);
  return text === undefined ? null : Number(text.trim());
}

/**
 * The kernel counts that of an array (md) up whenever it is opened for the first time again, and udev says ID_IGNORE_DISKSEQ of it:
 * it tells nobody apart. Tried on Linux 6.1.
 */
export function isCountedByOpening(kernelName: string): boolean {
  return /^md[_\d]/.test(kernelName);
}
