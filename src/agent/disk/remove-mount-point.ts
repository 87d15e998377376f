import type { RemoveMountPoint } from '../action/action.ts';
import type { System } from '../../core/system/system.ts';

/** rmdir(2) removes an empty folder and nothing else; one that holds files or is mounted on again stays. */
export async function removeMountPoint({ mountPoint }: RemoveMountPoint, system: System): Promise<void> {
  await system.files.removeEmptyDirectory(mountPoint);
}
