import { removeMadeFolder } from './made-folders.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Removes the folder that a disk was mounted on: only an empty one, and only the folder itself. */
export interface RemoveMountPoint {
  readonly kind: 'remove-mount-point';
  readonly mountPoint: string;
}

export const removeMountPointKind: ActionKind<RemoveMountPoint> = {
  kind: 'remove-mount-point',
  describe: (action) => `remove folder ${action.mountPoint}`,
  apply: removeMountPoint,
};

/** rmdir(2) removes an empty folder and nothing else; one that holds files or is mounted on again stays. */
export async function removeMountPoint({ mountPoint }: RemoveMountPoint, system: System): Promise<void> {
  await removeMadeFolder(system, mountPoint);
}
