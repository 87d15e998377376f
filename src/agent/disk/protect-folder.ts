import { constants } from 'node:fs';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { observeMounts } from '../../core/block-device/mounts.ts';
import { isMissing } from '../../core/system/is-missing.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { isMadeFolder, removeMadeFolder } from './made-folders.ts';
import { type OpenMountPoint, openMountPoint } from './open-mount-point.ts';
import { removeProtectedFolder, writeProtectedFolder } from './protected-folders.ts';

/** Makes the folder that a disk is assigned to immutable, so that nothing is written there while the disk is not mounted. */
export interface ProtectFolder {
  readonly kind: 'protect-folder';
  readonly path: string;
}

export const protectFolderKind: ActionKind<ProtectFolder> = {
  kind: 'protect-folder',
  describe: ({ path }) => `keep ${path} empty until its disk is mounted`,
  apply: async ({ path }, system) => {
    await using place = await openMountPoint(path, system);
    await requireNotMounted(place.path, system);
    await protectFolder(place, system);
  },
};

/** Takes it back once no disk is assigned there any more. */
export interface ReleaseFolder {
  readonly kind: 'release-folder';
  readonly path: string;
  readonly isMade: boolean;
}

export const releaseFolderKind: ActionKind<ReleaseFolder> = {
  kind: 'release-folder',
  describe: ({ path }) => `let ${path} be written again`,
  apply: releaseFolder,
};

/**
 * The flag of chattr(1): not even root makes a file in the folder, and a mount on it works as on any other (tried with ext4,
 * Linux 6.18). Where the file system has no such flag, that is told and the disk is mounted all the same.
 */
export async function protectFolder(place: OpenMountPoint, system: System): Promise<void> {
  const { path, handlePath, isNew } = place;
  const isMade = isNew || (await isMadeFolder(system, path));
  await writeProtectedFolder(system, { path, isMade, isSet: false });
  try {
    await system.processes.run('chattr', ['+i', '--', handlePath]);
    await place.sync();
  } catch (error) {
    system.journal.warn(
      `${path}: without its disk it can be written to, as it cannot be made immutable: ${describeError(error)}`,
    );
  }
  await writeProtectedFolder(system, { path, isMade, isSet: true });
}

/** @throws AgentError `folder.mounted`, `process.*` */
async function releaseFolder({ path, isMade }: ReleaseFolder, system: System): Promise<void> {
  if ((await system.files.status(path))?.type === 'directory') {
    // Where the power fails before the mark is gone for good, it must not say that the flag is set.
    await writeProtectedFolder(system, { path, isMade, isSet: false });
    // Two disks whose folders are to be made in it let go of it at the same time.
    await clearFlag(path, system).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
  if (isMade) await removeMadeFolder(system, path);
  await removeProtectedFolder(system, path);
}

/** Held open first: what is looked at then is what the flag is taken from, whatever has its path by then. */
async function clearFlag(path: string, system: System): Promise<void> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  await using handle = await system.files.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  await requireNotMounted(path, system);
  const handlePath = `/proc/${process.pid}/fd/${handle.fd}/.`;
  await system.processes.run('chattr', ['-i', '--', handlePath], { acceptExitCodes: [1] });
  // Its mark goes next: a flag that nobody knows of would stay.
  await handle.sync();
}

/** The flag would be set or taken from the top folder of a disk. */
async function requireNotMounted(path: string, system: System): Promise<void> {
  if (!(await observeMounts(system)).some(({ mountPoint }) => mountPoint === path)) return;
  throw new AgentError('its flags are left as they are: something is mounted there', {
    code: 'folder.mounted',
    subject: path,
    remedy: 'nothing needs to be done: it is looked at again with the next event',
    exitCode: ExitCode.refusedToProtectData,
  });
}
