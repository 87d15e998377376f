import type { DiskIdentity } from './disk-identity.ts';
import { decodeUdev } from './mount-name.ts';
import type { Assignment, Assignments, MistakenAssignment, SelectorName, Selectors } from '../assignment/assignment.ts';

/** What the files below /etc/gandi/disks.d say of one disk. */
export interface MatchedAssignments {
  /** Those that mean it. */
  readonly own: readonly Assignment[];
  /** Those with mistakes that may mean it. */
  readonly mistaken: readonly MistakenAssignment[];
}

/**
 * The assignments that mean a disk: everything that they name it by is the disk's. A file with mistakes may mean the disk if
 * nothing that could be read of it speaks against that; one that names nobody may mean any disk that no other file means.
 */
export function matchAssignments({ valid, mistaken }: Assignments, disk: DiskIdentity): MatchedAssignments {
  const own = valid.filter(({ selectors }) => means(selectors, disk));
  const mayMean = ({ selectors }: MistakenAssignment) =>
    Object.keys(selectors).length === 0 ? own.length === 0 : means(selectors, disk);
  return { own, mistaken: mistaken.filter(mayMean) };
}

/** Whether all selectors, of which there is one at least, are the disk's. */
export function means(selectors: Selectors, disk: DiskIdentity): boolean {
  const wanted = Object.entries(selectors) as [SelectorName, string][];
  return wanted.length > 0 && wanted.every(([name, value]) => isOfDisk[name](value, disk));
}

const isOfDisk: Readonly<Record<SelectorName, (value: string, disk: DiskIdentity) => boolean>> = {
  SERIAL: (value, { serials }) => serials.includes(value),
  WWN: (value, { wwns }) => wwns.includes(value),
  LABEL: (value, { encodedLabel }) => encodedLabel !== undefined && decodeUdev(encodedLabel) === value,
  UUID: (value, { uuid }) => uuid?.toLowerCase() === value.toLowerCase(),
};
