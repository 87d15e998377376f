import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { AgentError, ExitCode } from '../agent-error.ts';
import type { System } from '../system/system.ts';

// udevd holds a shared lock while it probes a disk, also after each of our own writes: an answer at once would be chance.
const waitSeconds = 10;

/**
 * Runs `act` while nobody else may change the disk: an exclusive BSD lock on the whole disk, which keeps udevd and every
 * tool that follows systemd.io/BLOCK_DEVICE_LOCKING away. Node has no flock(2), so flock(1) holds it; the kernel
 * releases it when that ends, and it ends when this process does.
 * @param diskPath device node of a whole disk
 * @throws AgentError `device.locked` if the lock is not had in time, or flock(1) is missing: then `act` was never started
 */
export async function withDeviceLock<T>(system: System, diskPath: string, act: () => Promise<T>): Promise<T> {
  // flock(1) makes a file where there is none.
  const status = await system.files.status(diskPath);
  const path = status?.type === 'block-device' ? await system.files.hostPath(diskPath) : undefined;
  const args = ['--exclusive', '--timeout', String(waitSeconds)];
  const lock = path === undefined ? undefined : await system.processes.hold('flock', [...args, path, 'cat']);
  if (lock === undefined) {
    throw new AgentError('cannot lock it, so nothing on it was changed', {
      code: 'device.locked',
      subject: diskPath,
      remedy: 'see with `lslocks` who works on this disk, then run the stage again',
      exitCode: ExitCode.refusedToProtectData,
    });
  }
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

/**
 * Opens a device for us alone: the kernel refuses while it, or for a whole disk any part of it, is mounted, swap, or
 * part of a volume (open(2), O_EXCL on a block device), and refuses those as long as this is open.
 * @throws AgentError `device.busy`
 */
export async function claimDevice(system: System, path: string): Promise<FileHandle> {
  try {
    return await system.files.open(path, constants.O_RDWR | constants.O_EXCL);
  } catch (cause) {
    throw new AgentError('cannot have it for ourselves, so nothing on it was changed', {
      code: 'device.busy',
      subject: path,
      remedy: 'see with `lsblk` and `fuser` what uses it, then run the stage again',
      exitCode: ExitCode.refusedToProtectData,
      cause,
    });
  }
}
