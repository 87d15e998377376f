import type { DecisionTable } from '../../core/decision/decision-table.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { type AssignmentFacts, assignmentOf } from './assignment-facts.ts';
import { fileSystemTraits } from './file-systems.ts';
import { isAtOrBelow, systemFolderOf } from '../assignment/system-folders.ts';
import { unmountedAbove } from './unmounted-above.ts';

interface Subject {
  readonly disk: AttachedDisk;
  readonly facts: DiskFacts;
}

/** Why a disk is left alone because of what is said below /etc/gandi/disks.d. To add one: a row here, a row in the document, a test. */
export const assignmentTable: DecisionTable<Subject, 'leave'> = {
  document: 'docs/decisions/disk-assignment.md',
  rows: [
    { row: 1, code: 'assignment-mistaken', outcome: 'leave', applies: ({ facts }) => mistakenFile(facts.assignments) },
    {
      row: 2,
      code: 'two-assignments',
      outcome: 'leave',
      applies: ({ facts: { assignments } }) =>
        assignments.own.length > 1 && `${filesOf(assignments.own)} all mean it, and it has one place only`,
    },
    {
      row: 3,
      code: 'two-disks',
      outcome: 'leave',
      applies: ({ facts: { assignments } }) =>
        assignments.rivals.length > 0 &&
        `${filesOf(assignments.own)} means ${assignments.rivals.join(', ')} too, and one path is for one disk`,
    },
    { row: 4, code: 'path-of-two', outcome: 'leave', applies: ({ facts }) => samePath(facts) },
    { row: 5, code: 'path-in-path', outcome: 'leave', applies: ({ facts }) => pathAbove(facts) },
    { row: 6, code: 'path-of-system', outcome: 'leave', applies: ({ facts }) => systemPath(facts) },
    { row: 7, code: 'path-claimed', outcome: 'leave', applies: ({ facts }) => claimedPath(facts) },
    { row: 8, code: 'path-mounted', outcome: 'leave', applies: ({ facts }) => mountedPath(facts) },
    {
      row: 9,
      code: 'path-of-automount',
      outcome: 'leave',
      applies: ({ facts: { assignments } }) =>
        assignments.isBelowAutomount && `a map of automount has ${assignments.own[0]?.place}`,
    },
    {
      row: 10,
      code: 'cannot-stay-unchanged',
      outcome: 'leave',
      applies: ({ disk, facts }) => disk.mustNotChange && cannotStayUnchanged(disk, facts),
    },
    {
      row: 11,
      code: 'pool-assigned',
      outcome: 'leave',
      applies: ({ facts: { assignments } }) =>
        assignments.ofPool !== undefined && `${assignments.ofPool.file} means another device of its Btrfs`,
    },
  ],
};

function filesOf(assignments: readonly { readonly file: string }[]): string {
  return assignments.map(({ file }) => file).join(' and ');
}

/** The first file with a mistake that may mean a disk, in the words of row 1. */
export function mistakenFile({ mistaken }: Pick<AssignmentFacts, 'mistaken'>): string | false {
  const [first] = mistaken;
  if (first === undefined) return false;
  return `${first.file} may mean it, and has a mistake: ${first.mistakes[0] ?? 'it cannot be read'}`;
}

function samePath({ assignments }: DiskFacts): string | false {
  const own = assignmentOf(assignments);
  const other = assignments.others.find(({ place }) => place === own?.place);
  return own !== undefined && other !== undefined && `${filesOf([own, other])} both have the path ${own.place}`;
}

/** The outer one keeps its path: whichever of the two came first, the outer would hide the inner, or the inner fill the outer's folder. */
function pathAbove({ assignments }: DiskFacts): string | false {
  const own = assignmentOf(assignments);
  if (own === undefined) return false;
  const outer = assignments.others.find(({ place }) => place !== own.place && isAtOrBelow(own.place, place));
  return outer !== undefined && `its path ${own.place} is in ${outer.place}, which ${outer.file} gives to another disk`;
}

function systemPath({ assignments }: DiskFacts): string | false {
  const own = assignmentOf(assignments);
  if (own === undefined) return false;
  const folder = systemFolderOf(own.place);
  if (folder !== undefined) return `its path ${own.place} leads to ${folder}, which is the system's`;
  const { diskRoot } = assignments;
  return (
    isAtOrBelow(diskRoot, own.place) && `its path ${own.place} would hide ${diskRoot}, where other disks are mounted`
  );
}

function claimedPath({ assignments, mounts }: DiskFacts): string | false {
  const own = assignmentOf(assignments);
  if (own === undefined) return false;
  if (assignments.claimed.has(own.place)) {
    return `/etc/fstab or a mount unit gives its path ${own.place} to something else`;
  }
  const above = unmountedAbove(own.place, assignments.claimed, mounts);
  return above !== undefined && `${above}, which leads to its path ${own.place}, is not mounted yet`;
}

function cannotStayUnchanged({ fileSystem = '', stack }: AttachedDisk, { assignments }: DiskFacts): string | false {
  const array = stack?.layers.find(({ kind }) => kind === 'md');
  if (array !== undefined) return `READ_ONLY=yes, and it lies on ${array.path}, which writes to its disks by itself`;
  if (assignments.isOfPool)
    return 'READ_ONLY=yes, and its Btrfs has several devices, of which only this one would be kept';
  const isUnknown = fileSystemTraits(fileSystem)?.withoutWriting === null;
  return isUnknown && `READ_ONLY=yes, and no way is known to mount ${fileSystem} without a write to it`;
}

function mountedPath({ assignments, mounts }: DiskFacts): string | false {
  const own = assignmentOf(assignments);
  const mount = mounts.find(({ mountPoint, fileSystem }) => mountPoint === own?.place && fileSystem !== 'autofs');
  return mount !== undefined && `${mount.source} is mounted at its path ${mount.mountPoint}`;
}
