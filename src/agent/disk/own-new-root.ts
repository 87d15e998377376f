import { constants } from 'node:fs';
import { AgentError } from '../../core/error/agent-error.ts';
import { isMountedFrom, observeMounts } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Gives the top folder of a file system that is new and empty to somebody. Refused for one that holds anything. */
export interface OwnNewRoot {
  readonly kind: 'own-new-root';
  readonly mountPoint: string;
  readonly device: string;
  readonly majorMinor: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export const ownNewRootKind: ActionKind<OwnNewRoot> = {
  kind: 'own-new-root',
  describe: (action) =>
    `give ${action.mountPoint} to ${action.uid}:${action.gid}, mode ${action.mode.toString(8).padStart(4, '0')}`,
  deviceOf: (action) => action.device,
  apply: ownNewRoot,
};

// What mkfs leaves: an ext file system has this one folder, others have none.
const ofMkfs = ['lost+found'];
const modeOfMkfs = 0o755;

/**
 * Gives the top folder of a new file system to somebody, as the old agent did with every disk. One that holds anything,
 * or that has another owner or mode than mkfs gives, is somebody's and stays as it is.
 * @throws AgentError `mount.not-seen`
 */
async function ownNewRoot(action: OwnNewRoot, system: System): Promise<void> {
  const { mountPoint, device: path, majorMinor, uid, gid, mode } = action;
  await requireMounted(mountPoint, { path, majorMinor }, system);
  const status = await system.files.status(mountPoint);
  const entries = (await system.files.list(mountPoint)).filter((name) => !ofMkfs.includes(name));
  if (status?.uid !== 0 || status.gid !== 0 || status.mode !== modeOfMkfs || entries.length > 0) return;
  await using folder = await system.files.open(
    mountPoint,
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  await folder.chown(uid, gid);
  await folder.chmod(mode);
}

async function requireMounted(
  mountPoint: string,
  device: { readonly path: string; readonly majorMinor: string },
  system: System,
): Promise<void> {
  const mounts = await observeMounts(system);
  if (mounts.some((mount) => mount.mountPoint === mountPoint && isMountedFrom(mount, device))) return;
  throw new AgentError('cannot set the owner of its top folder: it is not mounted any more', {
    code: 'mount.not-seen',
    subject: mountPoint,
    remedy: 'attach it again',
  });
}
