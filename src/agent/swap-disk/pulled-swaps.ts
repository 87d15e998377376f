import type { Swap } from '../../core/block-device/mounts.ts';

// What the kernel puts behind the path of a file that is open and has no name any more (d_path in linux/fs/d_path.c).
const suffix = ' (deleted)';

/**
 * Paths of block devices that are swap in use and gone: their disk was pulled. The kernel keeps such a swap until a reboot, as
 * there is no node that swapoff(8) could open (tried on Linux 6.1).
 */
export function pulledSwaps(swaps: readonly Swap[]): string[] {
  return swaps
    .filter(({ path, type }) => type === 'partition' && path.endsWith(suffix))
    .map(({ path }) => path.slice(0, -suffix.length));
}
