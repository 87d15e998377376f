import type { Mount } from '../facts/mounts.ts';
import { firstFreeName, mountName, type NamedDisk } from './mount-name.ts';

/** Where a disk belongs: at its name below the disk root; where another disk is mounted already, at the next free name. */
export function chooseMountPoint(disk: NamedDisk, mounts: readonly Mount[], diskRoot: string): string {
  const pathOf = (name: string) => `${diskRoot}/${name}`;
  const taken = new Set(mounts.map((mount) => mount.mountPoint));
  return pathOf(firstFreeName(mountName(disk), (candidate) => taken.has(pathOf(candidate))));
}
