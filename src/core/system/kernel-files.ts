import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../error/error-code.ts';

/**
 * Files that the kernel answers from memory. They are read at once: handing each open, read and close to another thread
 * and back takes several times longer, and a disk's mount waits for a hundred of them.
 */

// The last is on the disk of /, where everything else of ours is: it is in the page cache, and read for each disk.
const inMemory = ['/run/gandi/', '/dev/disk/', '/dev/mapper/', '/var/lib/gandi/disk-names'];

/**
 * Only where no device is asked: `serial` of a virtio disk is a request to the host, which one that hangs never answers
 * (virtblk_serial_show in the kernel's virtio_blk.c), and most of /proc/PID waits for the locks of that process.
 */
export function has(path: string): boolean {
  if (path.startsWith('/sys/')) return !path.endsWith('/serial');
  return (
    inMemory.some((folder) => path.startsWith(folder)) || path === '/proc/self/mountinfo' || path === '/proc/swaps'
  );
}

export function read(path: string): string | undefined {
  return unlessMissing(() => readFileSync(path, 'utf8'));
}

export function list(path: string): string[] | undefined {
  return unlessMissing(() => readdirSync(path));
}

export function linkTarget(path: string): string | undefined {
  return unlessMissing(() => readlinkSync(path), ['ENOENT', 'ENOTDIR', 'EINVAL']);
}

function unlessMissing<T>(look: () => T, codes = ['ENOENT', 'ENOTDIR']): T | undefined {
  try {
    return look();
  } catch (error) {
    if (codes.includes(errorCode(error))) return undefined;
    throw error;
  }
}
