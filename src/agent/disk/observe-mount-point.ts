import { isMadeFolder } from './made-folders.ts';
import type { FileStatus } from '../../core/system/files.ts';
import type { System } from '../../core/system/system.ts';
import type { FolderState, MountPoint } from './disk-facts.ts';

/** Looks at the folder where a disk would be mounted. Not to be called for one below a map of autofs, where a look mounts. */
export async function observeMountPoint(system: System, path: string): Promise<MountPoint> {
  return { path, state: await observeFolder(system, path), isMade: await isMadeFolder(system, path) };
}

async function observeFolder(system: System, path: string): Promise<FolderState> {
  const status = await system.files.status(path);
  if (status === undefined) return 'missing';
  if (status.type !== 'directory') return 'not-a-folder';
  if ((await system.files.list(path)).length > 0) return 'not-empty';
  return isLikeOurs(status) ? 'empty' : 'of-others';
}

/** The agent makes it 0755, less what the umask of a person's shell takes away. */
function isLikeOurs({ uid, gid, mode }: FileStatus): boolean {
  return uid === 0 && gid === 0 && (mode & ~0o755) === 0;
}
