import type { Mount } from '../../core/block-device/mounts.ts';
import { firstFreeName, mountName, type NamedDisk } from './mount-name.ts';
import { isNameOf } from './named-disk.ts';

/** Who has which name already. */
export interface TakenNames {
  /** What this disk's file system was called before; undefined if it is new here. */
  readonly own: string | undefined;
  /** Names of other file systems that are attached now, mounted or not yet. */
  readonly others: ReadonlySet<string>;
  /** Folders that /etc/fstab or a mount unit gives to what it mounts, whether it is mounted or not. */
  readonly claimed?: ReadonlySet<string>;
}

/**
 * Where a disk belongs, below the disk root: where it was before, else at its name. Where another disk is
 * mounted or belongs, at the next free name.
 */
export function chooseMountPoint(
  disk: NamedDisk,
  mounts: readonly Mount[],
  diskRoot: string,
  taken: TakenNames,
): string {
  const pathOf = (name: string) => `${diskRoot}/${name}`;
  const mounted = new Set(mounts.map((mount) => mount.mountPoint));
  const isTaken = (name: string) =>
    mounted.has(pathOf(name)) || taken.claimed?.has(pathOf(name)) === true || taken.others.has(name);
  if (taken.own !== undefined && isNameOf(disk, taken.own) && !isTaken(taken.own)) return pathOf(taken.own);
  return pathOf(firstFreeName(mountName(disk), isTaken));
}
