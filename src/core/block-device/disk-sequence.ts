import { basename } from 'node:path';
import type { System } from '../system/system.ts';

/**
 * DISKSEQ of a whole disk, by its path: a number that no other disk had since boot (Linux
 * Documentation/ABI/stable/sysfs-block, since 5.15). null where the kernel is older or the disk is gone.
 */
export async function readDiskSequence(system: System, disk: string): Promise<number | null> {
  const text = await system.files.read(`/sys/class/block/${basename(disk)}/diskseq`);
  return text === undefined ? null : Number(text.trim());
}
