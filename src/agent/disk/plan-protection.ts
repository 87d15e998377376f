import type { Step } from './actions.ts';
import type { FolderState } from './disk-facts.ts';
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
 * Lets go of each folder that no disk is assigned to any more, and protects those that one is, but for one in the folder of another
 * (row 5 of docs/decisions/disk-assignment.md) or in one that stays protected. One that was being protected as the power failed, or
 * that is gone, is protected again.
 */
export function planProtection(facts: ProtectionFacts): Step[] {
  const { assigned, known, mounted } = facts;
  const isProtected = ({ path, state }: AssignedFolder) =>
    state !== 'missing' && known.some((each) => each.path === path && each.isSet);
  const isIn = (path: string, outer: string) => outer !== path && isAtOrBelow(path, outer);
  const isInner = (path: string) =>
    assigned.some((outer) => isIn(path, outer.path)) ||
    known.some((outer) => isIn(path, outer.path) && !mounted.has(outer.path));
  const added = assigned.filter(
    (each) => !isProtected(each) && !isInner(each.path) && !mounted.has(each.path) && free.includes(each.state),
  );
  return [
    ...planRelease(facts),
    ...added.map(({ path }): Step => ({ name: `folder ${path}`, actions: [{ kind: 'protect-folder', path }] })),
  ];
}

/** Of a folder on which something is mounted the flag cannot be taken back: what is mounted hides it. */
export function planRelease({ assigned, known, isAnyMistaken, mounted }: ProtectionFacts): Step[] {
  if (isAnyMistaken) return [];
  const isAssigned = (path: string) => assigned.some((each) => each.path === path);
  const left = known.filter(({ path }) => !isAssigned(path) && !mounted.has(path));
  return left.map(({ path, isMade }) => ({
    name: `folder ${path}`,
    actions: [{ kind: 'release-folder', path, isMade }],
  }));
}
