import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { errorCode } from '../error/error-code.ts';
import { describe, type FileStatus } from './file-status.ts';
import { readRegularAtOnce } from './read-regular.ts';

/**
 * Files that are answered from memory: those of the kernel, and the small ones of the system itself. They are looked at
 * at once: handing each open, read and close to another thread and back takes several times longer, and a disk's mount
 * waits for a hundred of them (docs/benchmarks.md). What is on a data disk or a server is not among them: if
 * that hangs, it blocks a thread and not the agent.
 */
const folders = [
  ...['/dev/', '/proc/sys/', '/sys/'],
  ...['/run/gandi/', '/run/systemd/', '/run/udev/'],
  ...['/etc/', '/usr/', '/var/lib/gandi/'],
];
const files = ['/proc/self/mountinfo', '/proc/swaps'];

/**
 * Only where no device is asked: `serial` of a virtio disk is a request to the host, which one that hangs never answers
 * (virtblk_serial_show in the kernel's virtio_blk.c), and most of /proc/PID waits for the locks of that process.
 */
export function has(path: string): boolean {
  if (path.startsWith('/sys/')) return !path.endsWith('/serial');
  return folders.some((folder) => path.startsWith(folder)) || files.includes(path);
}

export function read(path: string): Buffer | undefined {
  return unlessMissing(() => readRegularAtOnce(path));
}

export function status(path: string): FileStatus | undefined {
  return unlessMissing(() => describe(lstatSync(path)));
}

export function targetStatus(path: string): FileStatus | undefined {
  return unlessMissing(() => describe(statSync(path)));
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
