import type { Mount } from '../../core/block-device/mounts.ts';
import { firstFreeName, mountName, type NamedDisk } from './mount-name.ts';

/** Who has which name already. */
export interface TakenNames {
  /** What this disk's file system was called before; undefined if it is new here. */
  readonly own: string | undefined;
  /** Names of other file systems that are attached now, mounted or not yet. */
  readonly others: ReadonlySet<string>;
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
  const isTaken = (name: string) => mounted.has(pathOf(name)) || taken.others.has(name);
  const name = mountName(disk);
  if (taken.own !== undefined && isNumbered(taken.own, name) && !isTaken(taken.own)) return pathOf(taken.own);
  return pathOf(firstFreeName(name, isTaken));
}

/** `data_2` is a name of a disk labelled `data`; after a new label it is not. */
function isNumbered(name: string, base: string): boolean {
  return name === base || (name.startsWith(`${base}_`) && /^\d+$/.test(name.slice(base.length + 1)));
}
