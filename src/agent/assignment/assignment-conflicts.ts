import { type Assignment, selectorNames } from './assignment.ts';
import { isAtOrBelow } from './system-folders.ts';

/** Two files of which at most one can have what it says, told of each of them. */
export interface AssignmentConflict {
  readonly file: string;
  /** One sentence, with the key and the way out. */
  readonly mistake: string;
}

/**
 * What files say against each other by their texts: one path, a path in a path, one disk. Links on the way to a path are not
 * followed, and whether two selectors mean one disk is known only of a disk that is there: rows 2 to 5 of
 * docs/decisions/disk-assignment.md ask that.
 */
export function assignmentConflicts(assignments: readonly Assignment[]): AssignmentConflict[] {
  return assignments.flatMap((own) =>
    assignments.flatMap((other) => {
      const mistake = own === other ? undefined : conflictOf(own, other);
      return mistake === undefined ? [] : [{ file: own.file, mistake }];
    }),
  );
}

function conflictOf(own: Assignment, other: Assignment): string | undefined {
  if (own.path === other.path) {
    return `PATH: ${own.path} is the path of ${other.file} too, so neither disk is mounted; give one of them another`;
  }
  if (isAtOrBelow(own.path, other.path)) {
    return `PATH: ${own.path} is in ${other.path}, the path of ${other.file}, so it is not mounted; choose one outside`;
  }
  const isOneDisk = selectorNames.every((name) => own.selectors[name] === other.selectors[name]);
  const names = selectorNames.filter((name) => own.selectors[name] !== undefined).join(', ');
  return isOneDisk ? `${names}: means the disk of ${other.file} too, so it is not mounted; remove one file` : undefined;
}
