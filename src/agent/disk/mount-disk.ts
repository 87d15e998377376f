import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { fileSystemTraits } from './file-systems.ts';
import { findMountElsewhere, refuseElsewhere } from './find-mount-elsewhere.ts';
import { protectFolder } from './protect-folder.ts';
import { requireSameDisk } from './require-same-disk.ts';
import { requireReadOnly } from './set-read-only.ts';
import { isMountedFrom, type Mount, observeMounts } from '../../core/block-device/mounts.ts';
import { removeMadeFolder } from './made-folders.ts';
import type { System } from '../../core/system/system.ts';
import { withLockPath } from '../../core/block-device/device-lock.ts';
import type { ActionKind } from '../action/kind.ts';
import { type OpenMountPoint, openMountPoint } from './open-mount-point.ts';

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
  /** Not mounted unless the kernel refuses writes to it. */
  readonly mustNotChange: boolean;
  /** The folder beneath is kept empty: a disk is assigned to it, and it stays when the disk goes. */
  readonly protectsFolder: boolean;
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
 * machine's own table, at the folder that was looked at. A mount elsewhere is taken back, and a folder that was made for it
 * goes again if anything fails.
 * @throws AgentError `disk.locked`, `disk.replaced`, `device.gone`, `mount.unsafe-root`, `mount.not-a-folder`, `mount.folder-immutable`,
 *   `mount.not-empty`, `mount.taken`, `mount.not-seen`, `disk.not-read-only`, `disk.mounted-elsewhere`, `process.*`
 */
export async function mountDisk(action: MountDisk, system: System): Promise<void> {
  await requireSameDisk(action, 'mount', system);
  await using place = await openMountPoint(action.mountPoint, system);
  try {
    await mountAndProve(action, place, system);
  } catch (error) {
    if (place.isNew && !action.protectsFolder) await removeMadeFolder(system, place.path);
    throw error;
  }
}

async function mountAndProve(action: MountDisk, place: OpenMountPoint, system: System): Promise<void> {
  const mounts = await observeMounts(system);
  requireNotTaken(place.path, mounts);
  if (action.protectsFolder) await protectFolder(place, system);
  if (action.mustNotChange) await requireReadOnly(action.device, system);
  await mount(action, place, system).catch(async (error: unknown) => {
    throw (await elsewhereOf(action, system)) ?? error;
  });
  await requireMounted(action, place, mounts, system);
  await requireSameDisk(action, 'mount', system).catch(async (error: unknown) => {
    await unmount(place.path, system);
    throw error;
  });
}

/** Why the kernel refused to mount it, where that is another machine that has it: mount(8) says only that it is busy. */
async function elsewhereOf({ device, diskSequence, fileSystem }: MountDisk, system: System) {
  if (fileSystemTraits(fileSystem)?.hasMmp !== true) return undefined;
  const found = await findMountElsewhere(system, device).catch(() => undefined);
  return found === undefined ? undefined : refuseElsewhere(system, device, diskSequence, found);
}

/**
 * Disks of one label are mounted one after the other by one run. Of those of one assignment nobody knows before they are looked at,
 * and a person's command may mount another there meanwhile.
 */
function requireNotTaken(path: string, mounts: readonly Mount[]): void {
  const mount = mounts.find(({ mountPoint }) => mountPoint === path);
  if (mount === undefined) return;
  throw new AgentError(`cannot mount there: ${mount.source} is mounted there`, {
    code: 'mount.taken',
    subject: path,
    remedy: `unmount it, then attach the disk again`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

/** A shared lock on the whole disk: the one who repartitions or formats holds an exclusive one (systemd.io/BLOCK_DEVICE_LOCKING). */
async function mount(action: MountDisk, place: OpenMountPoint, system: System): Promise<void> {
  const { device, disk, fileSystem, options } = action;
  const lock = ['--shared', '--nonblock', '--conflict-exit-code', String(lockedExitCode)];
  // mount(8) itself would turn the open folder into a path again, and write that to its own table.
  const asTold = ['--no-canonicalize', '--no-mtab'];
  const what = ['--types', fileSystem, '--options', options.join(','), '--', device, place.handlePath];
  const { exitCode } = await withLockPath(system, disk, (lockPath) =>
    system.processes.run('flock', [...lock, lockPath, 'mount', ...asTold, ...what], {
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

async function requireMounted(
  action: MountDisk,
  { path }: OpenMountPoint,
  before: readonly Mount[],
  system: System,
): Promise<void> {
  const now = await observeMountsOf(action, system);
  if (now.some(({ mountPoint }) => mountPoint === path)) return;
  const isNew = (mount: Mount) =>
    !before.some(({ id, mountPoint }) => id === mount.id && mountPoint === mount.mountPoint);
  for (const { mountPoint } of now.filter(isNew)) await unmount(mountPoint, system);
  throw new AgentError('mounted it, but the mount cannot be seen', {
    code: 'mount.not-seen',
    subject: path,
    remedy:
      'look for a sandbox option on the unit that runs the agent, such as ProtectSystem=, or for a program that moved the folder',
  });
}

async function observeMountsOf(action: MountDisk, system: System): Promise<Mount[]> {
  const device = { path: action.device, majorMinor: action.majorMinor };
  return (await observeMounts(system)).filter((mount) => isMountedFrom(mount, device));
}

async function unmount(mountPoint: string, system: System): Promise<void> {
  await system.processes.run('umount', ['--', mountPoint]);
}
