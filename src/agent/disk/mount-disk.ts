import { dirname } from 'node:path';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { readDiskSequence } from '../../core/block-device/disk-sequence.ts';
import { isMountedFrom, observeMounts } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import { withLockPath } from '../../core/block-device/device-lock.ts';
import type { ActionKind } from '../action/kind.ts';

export interface MountDisk {
  readonly kind: 'mount-disk';
  /** Path of the block device; `diskSequence` says which disk is meant, should the name be used again. */
  readonly device: string;
  /** Path of the whole disk: it is what people and programs lock while they work on any part of it. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly majorMinor: string;
  readonly fileSystem: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
}

export const mountDiskKind: ActionKind<MountDisk> = {
  kind: 'mount-disk',
  describe: (action) => `mount ${action.device} (${action.fileSystem}) at ${action.mountPoint}`,
  deviceOf: (action) => action.device,
  apply: mountDisk,
};

// flock(1) --conflict-exit-code: an answer of its own, so that it is not taken for one of mount(8).
const lockedExitCode = 75;

/**
 * Mounts a disk and proves it: the disk is the one that was decided about before and after, and the mount is in the
 * machine's own table. A mount point that was made for it goes again if anything fails.
 * @throws AgentError `disk.locked`, `disk.replaced`, `device.gone`, `mount.not-a-folder`, `mount.not-seen`, `process.*`
 */
export async function mountDisk(action: MountDisk, system: System): Promise<void> {
  await requireSameDisk(action, system);
  const created = await ensureMountPoint(action.mountPoint, system);
  try {
    await mount(action, system);
    await verifyMounted(action, system);
  } catch (error) {
    if (created) await system.files.removeEmptyDirectory(action.mountPoint);
    throw error;
  }
}

/** @returns whether the folder was made now */
async function ensureMountPoint(path: string, system: System): Promise<boolean> {
  if ((await system.files.status(dirname(path))) === undefined) await system.files.makeDirectory(dirname(path), 0o755);
  const status = await system.files.status(path);
  if (status?.type === 'directory') return false;
  if (status !== undefined) {
    throw new AgentError('cannot mount there: it is no folder', {
      code: 'mount.not-a-folder',
      subject: path,
      remedy: 'move it away, then attach the disk again',
      exitCode: ExitCode.refusedToProtectData,
    });
  }
  await system.files.makeMountPoint(path);
  return true;
}

/** A shared lock on the whole disk: whoever repartitions or formats holds an exclusive one (systemd.io/BLOCK_DEVICE_LOCKING). */
async function mount(action: MountDisk, system: System): Promise<void> {
  const { device, disk, fileSystem, mountPoint, options } = action;
  const lock = ['--shared', '--nonblock', '--conflict-exit-code', String(lockedExitCode)];
  const command = ['mount', '--types', fileSystem, '--options', options.join(','), '--', device, mountPoint];
  const { exitCode } = await withLockPath(system, disk, (lockPath) =>
    system.processes.run('flock', [...lock, lockPath, ...command], {
      // On a disk that hangs nobody can end mount(8), and it does mount when the disk answers: then the rest has to follow.
      timeoutSeconds: null,
      acceptExitCodes: [lockedExitCode],
    }),
  );
  if (exitCode === 0) return;
  throw new AgentError('cannot mount it: somebody works on this disk and has locked it', {
    code: 'disk.locked',
    subject: device,
    remedy: 'attach it again once they are done',
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function verifyMounted(action: MountDisk, system: System): Promise<void> {
  const mounts = await observeMounts(system);
  const device = { path: action.device, majorMinor: action.majorMinor };
  const seen = mounts.some((mount) => mount.mountPoint === action.mountPoint && isMountedFrom(mount, device));
  if (!seen) {
    throw new AgentError('mounted it, but the mount cannot be seen', {
      code: 'mount.not-seen',
      subject: action.mountPoint,
      remedy: 'look for a sandbox option on the unit that runs the agent, such as ProtectSystem=',
    });
  }
  await requireSameDisk(action, system).catch(async (error: unknown) => {
    await system.processes.run('umount', ['--', action.mountPoint]);
    throw error;
  });
}

async function requireSameDisk(action: MountDisk, system: System): Promise<void> {
  const now = await readDiskSequence(system, action.disk);
  if (now === action.diskSequence) return;
  throw new AgentError('cannot mount it: another disk has this name now', {
    code: 'disk.replaced',
    subject: action.device,
    remedy: 'nothing needs to be done: the other disk has an event of its own',
  });
}
