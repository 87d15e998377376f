import type { Mount } from '../../core/block-device/mounts.ts';
import { isAtOrBelow } from '../assignment/system-folders.ts';

/**
 * A folder above a path that somebody mounts and that is not mounted now: what is mounted at the path, or made in it, would be
 * hidden by that mount.
 * @param claimed folders of fstab and of mount units
 */
export function unmountedAbove(
  path: string,
  claimed: Iterable<string>,
  mounts: readonly Pick<Mount, 'mountPoint'>[],
): string | undefined {
  const isMounted = (folder: string) => folder === '/' || mounts.some(({ mountPoint }) => mountPoint === folder);
  return [...claimed].find((folder) => folder !== path && isAtOrBelow(path, folder) && !isMounted(folder));
}
