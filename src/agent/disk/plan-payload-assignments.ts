import { renderAssignment } from '../assignment/render-assignment.ts';
import type { MakeDirectory, RemoveFile, WriteFile } from '../action/write-file.ts';
import type { AssignedDisk } from '../machine-config/machine-config.ts';
import type { ReloadAssignedUnits } from './reload-assigned-units.ts';
import { assignmentsFolder } from './read-assignments.ts';

/** Files of the payload's own names below /etc/gandi/disks.d, by their paths. */
export type PayloadAssignments = ReadonlyMap<string, string>;

const prefix = `${assignmentsFolder}/payload-`;

export function isOfPayload(path: string): boolean {
  return path.startsWith(prefix);
}

/**
 * Writes what the payload says of disks, each to a file of its own, and removes those of an earlier payload that this one does
 * not have. Files of an admin have other names.
 * @param disks null where the payload says nothing: then what is there stays
 */
export function planPayloadAssignments(
  disks: readonly AssignedDisk[] | null,
  now: PayloadAssignments,
): (WriteFile | RemoveFile | MakeDirectory | ReloadAssignedUnits)[] {
  if (disks === null) return [];
  const wanted = disks.map(({ name, texts }) => {
    return { path: `${prefix}${name}.conf`, content: renderAssignment(remark, texts), mountPoint: texts.PATH };
  });
  const changed = wanted.filter(({ path, content }) => now.get(path) !== content);
  const removed = [...now.keys()].filter((path) => !wanted.some((each) => each.path === path));
  if (changed.length + removed.length === 0) return [];
  const mountPoints = changed.flatMap(({ mountPoint }) => (mountPoint === undefined ? [] : [mountPoint]));
  return [
    ...(changed.length === 0 ? [] : [{ kind: 'make-directory', path: assignmentsFolder, mode: 0o755 } as const]),
    ...changed.map(({ path, content }) => ({ kind: 'write-file', path, content, mode: 0o644 }) as const),
    ...removed.map((path) => ({ kind: 'remove-file', path }) as const),
    { kind: 'reload-assigned-units', paths: mountPoints },
  ];
}

const remark = 'From the payload; the next one replaces it. A file of another name is yours.';
