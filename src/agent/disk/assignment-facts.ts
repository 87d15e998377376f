import { dirname } from 'node:path';
import type { Assignment, MistakenAssignment } from '../assignment/assignment.ts';
import { isAtOrBelow } from '../assignment/system-folders.ts';

/** An assignment, and where its path leads on this machine. */
export interface PlacedAssignment extends Assignment {
  /** Its path without a link on the way, as the table of mounts shows it. */
  readonly place: string;
  /** The first part of the way to it that others than root could have changed. */
  readonly unsafePart: string | undefined;
}

/** What the files below /etc/gandi/disks.d say of one disk, and of all others. */
export interface AssignmentFacts {
  /** Those that mean the disk. */
  readonly own: readonly PlacedAssignment[];
  /** Those with mistakes that may mean it. */
  readonly mistaken: readonly MistakenAssignment[];
  /** Those that do not mean it. */
  readonly others: readonly PlacedAssignment[];
  /** Paths of other attached disks that its one assignment means too; looked for only where the disk may have to be mounted. */
  readonly rivals: readonly string[];
  /** It is one of several attached devices of a Btrfs. */
  readonly isOfPool: boolean;
  /** Of such a Btrfs: the assignment of another of its devices. */
  readonly ofPool: PlacedAssignment | undefined;
  /** Folders of fstab and of mount units, which are not its to mount on. */
  readonly claimed: ReadonlySet<string>;
  /** CONFIG_DISK_ROOT, without a link on the way; empty where no assignment means the disk. */
  readonly diskRoot: string;
  /** A map of automount(8) has a folder above its path, or the path itself. */
  readonly isBelowAutomount: boolean;
}

export const noAssignmentFacts: AssignmentFacts = {
  own: [],
  mistaken: [],
  others: [],
  rivals: [],
  isOfPool: false,
  ofPool: undefined,
  claimed: new Set(),
  diskRoot: '',
  isBelowAutomount: false,
};

/** The assignment of a disk; undefined also where two mean it. */
export function assignmentOf({ own }: Pick<AssignmentFacts, 'own'>): PlacedAssignment | undefined {
  return own.length === 1 ? own[0] : undefined;
}

/** Whose map of automount(8) mounts the disk: that of the disk root has nothing to do with one that is assigned elsewhere. */
export function automountOf<Map extends string>(facts: AssignmentFacts, map: Map): Map | 'none' {
  const assignment = assignmentOf(facts);
  return assignment === undefined || isAtOrBelow(assignment.place, facts.diskRoot) ? map : 'none';
}

/** The paths of assignments and every folder above them: a disk that is mounted on one of them by its label would hide the other's. */
export function foldersOf(assignments: readonly PlacedAssignment[]): string[] {
  return assignments.flatMap(({ place }) => withParents(place));
}

function withParents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [path, ...withParents(parent)];
}
