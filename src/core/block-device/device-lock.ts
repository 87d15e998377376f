import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { AgentError, ExitCode } from '../error/agent-error.ts';
import type { System } from '../system/system.ts';

// udevd holds a shared lock while it probes a disk, also after each of our own writes: an answer at once would be chance.
const waitSeconds = 10;

// open(2): a descriptor that stands only for the device node. The driver is not asked, which on a hung disk would hold
// the thread that asks for ever. Node names no such constant; the number is that of x86, Arm and RISC-V.
const O_PATH = 0o10000000;

/**
 * Runs `act` while nobody else may change the disk: an exclusive BSD lock on the whole disk, which keeps udevd and every
 * tool that follows systemd.io/BLOCK_DEVICE_LOCKING away. Node has no flock(2), so flock(1) holds it; the kernel
 * releases it when that ends, and it ends when this process does.
 * @param diskPath device node of a whole disk
 * @throws AgentError `device.locked` if the lock is not had in time, or flock(1) is missing: then `act` was never started
 */
export function withDeviceLock<T>(system: System, diskPath: string, act: () => Promise<T>): Promise<T> {
  return withLock('--exclusive', system, diskPath, act);
}

/**
 * Runs `act` while nobody may repartition or format the disk: a shared BSD lock on the whole disk. Its other partitions are mounted
 * meanwhile. The rest is as with {@link withDeviceLock}.
 * @throws AgentError `device.locked`
 */
export function withSharedDeviceLock<T>(system: System, diskPath: string, act: () => Promise<T>): Promise<T> {
  return withLock('--shared', system, diskPath, act);
}

async function withLock<T>(
  kind: '--exclusive' | '--shared',
  system: System,
  diskPath: string,
  act: () => Promise<T>,
): Promise<T> {
  const args = [kind, '--timeout', String(waitSeconds)];
  const lock = await withLockPath(system, diskPath, (path) =>
    system.processes.hold('flock', [...args, path, 'cat']),
  ).catch(() => undefined);
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
 * Gives flock(1) a path that leads to this very device node, however long it waits. By its own path it would make a file
 * where the node of a pulled disk was, and the kernel makes no node for the next disk of that name while one is there.
 * @throws AgentError `device.gone`
 */
export async function withLockPath<T>(
  system: System,
  diskPath: string,
  act: (lockPath: string) => Promise<T>,
): Promise<T> {
  await using node = await system.files.open(diskPath, O_PATH).catch((cause: unknown) => {
    throw gone(diskPath, cause);
  });
  if (!(await node.stat()).isBlockDevice()) throw gone(diskPath, undefined);
  return await act(`/proc/${process.pid}/fd/${node.fd}`);
}

function gone(diskPath: string, cause: unknown): AgentError {
  return new AgentError('cannot lock it: there is no such device', {
    code: 'device.gone',
    subject: diskPath,
    remedy: 'see with `lsblk` which disks are attached',
    cause,
  });
}

/**
 * Opens a device for nobody but us: the kernel refuses while it, or for a whole disk any part of it, is mounted, swap, or
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
