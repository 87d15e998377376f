import type { Action, Step } from './actions.ts';
import type { DiskFacts, FolderState } from './disk-facts.ts';
import type { ProtectedFolder } from './protected-folders.ts';
import { isAtOrBelow } from '../assignment/system-folders.ts';

/** A folder to which a disk is assigned. */
export interface AssignedFolder {
  readonly path: string;
  /**
   * `not-looked-at`: a map of automount(8) has it, a folder above it is not mounted yet, or others than root could change the way
   * to it.
   */
  readonly state: FolderState | 'not-looked-at';
}

export interface ProtectionFacts {
  readonly assigned: readonly AssignedFolder[];
  readonly known: readonly ProtectedFolder[];
  /** A file below /etc/gandi/disks.d cannot be read, so that its path is not known. */
  readonly isAnyMistaken: boolean;
  /** Paths where something is mounted. */
  readonly mounted: ReadonlySet<string>;
}

const free: readonly AssignedFolder['state'][] = ['missing', 'empty', 'of-others'];

/**
 * Protects each folder that a disk is assigned to, but for one in the folder of another (row 5 of
 * docs/decisions/disk-assignment.md), and lets go of those that none is assigned to any more. One that was being protected as the
 * power failed, or that is gone, is protected again.
 */
export function planProtection({ assigned, known, isAnyMistaken, mounted }: ProtectionFacts): Step[] {
  const paths = assigned.map(({ path }) => path);
  const isProtected = ({ path, state }: AssignedFolder) =>
    state !== 'missing' && known.some((each) => each.path === path && each.isSet);
  const isInner = (path: string) => assigned.some((outer) => outer.path !== path && isAtOrBelow(path, outer.path));
  const added = assigned.filter(
    (each) => !isProtected(each) && !isInner(each.path) && !mounted.has(each.path) && free.includes(each.state),
  );
  const left = isAnyMistaken ? [] : known.filter(({ path }) => isLeft(path, { assigned: paths, mounted }));
  return [
    ...left.map((folder): Step => ({ name: `folder ${folder.path}`, actions: [releaseOf(folder)] })),
    ...added.map(({ path }): Step => ({ name: `folder ${path}`, actions: [{ kind: 'protect-folder', path }] })),
  ];
}

/**
 * Lets go of the folders above that of a disk, where no disk is assigned to them any more: the disk's folder is to be made in one of
 * them, and the end of the run is too late for that.
 */
export function planReleaseAbove({ mountPoint, assignments, mounts }: DiskFacts): Action[] {
  if (assignments.isAnyMistaken) return [];
  const assigned = [...assignments.own, ...assignments.others].map(({ place }) => place);
  const mounted = new Set(mounts.map((mount) => mount.mountPoint));
  const left = (mountPoint.protectedAbove ?? []).filter(({ path }) => isLeft(path, { assigned, mounted }));
  return left.map(releaseOf);
}

/** No disk is assigned there any more. What is mounted there hides the folder, whose flag cannot be taken back then. */
function isLeft(
  path: string,
  { assigned, mounted }: { readonly assigned: readonly string[]; readonly mounted: ReadonlySet<string> },
): boolean {
  return !assigned.includes(path) && !mounted.has(path);
}

function releaseOf({ path, isMade }: ProtectedFolder): Action {
  return { kind: 'release-folder', path, isMade };
}
