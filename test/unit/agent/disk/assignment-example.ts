import {
  type AssignmentFacts,
  noAssignmentFacts,
  type PlacedAssignment,
} from '../../../../src/agent/disk/assignment-facts.ts';

/** An assignment of the disk `disk-42` of disk-example.ts, or of another. Tests change what they are about. */
export function assignmentTo(path: string, changes: Partial<PlacedAssignment> = {}): PlacedAssignment {
  return {
    name: 'pg',
    file: '/etc/gandi/disks.d/pg.conf',
    selectors: { SERIAL: 'disk-42' },
    path,
    place: path,
    unsafePart: undefined,
    options: undefined,
    owner: undefined,
    isReadOnly: false,
    hook: undefined,
    services: [],
    ...changes,
  };
}

/** What is known where one assignment means the disk. */
export function assignedTo(
  path: string,
  changes: Partial<PlacedAssignment> = {},
  more: Partial<AssignmentFacts> = {},
): AssignmentFacts {
  return { ...noAssignmentFacts, own: [assignmentTo(path, changes)], diskRoot: '/srv', ...more };
}
