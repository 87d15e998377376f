import { basename } from 'node:path';
import { ifRegular } from '../../core/system/if-regular.ts';
import { unsafePart } from '../../core/system/safe-path.ts';
import type { System } from '../../core/system/system.ts';
import { assignmentConflicts } from '../assignment/assignment-conflicts.ts';
import { type Account, type Group, observeAllAccounts, observeGroups } from '../facts/accounts.ts';
import {
  type Assignment,
  type Assignments,
  type MistakenAssignment,
  noAssignments,
  type Owner,
} from '../assignment/assignment.ts';
import { type OwnerLookup, parseAssignment, type ParsedAssignment } from '../assignment/parse-assignment.ts';

/** Where an admin assigns disks to paths, one file for each. */
export const assignmentsFolder = '/etc/gandi/disks.d';

const maximalBytes = 64 * 1024;

/** Paths of the files that are read; others there are for people. */
export async function listAssignments({ files }: Pick<System, 'files'>): Promise<string[]> {
  const names = (await files.list(assignmentsFolder)).filter((name) => /^[^.].*\.conf$/s.test(name));
  return names.sort().map((name) => `${assignmentsFolder}/${name}`);
}

/** All that an admin says about disks. A file that others than root could have written says nothing. */
export async function readAssignments(system: Pick<System, 'files'>): Promise<Assignments> {
  const paths = await listAssignments(system);
  if (paths.length === 0) return noAssignments;
  const lookUp = await observeOwners(system);
  const valid: Assignment[] = [];
  const mistaken: MistakenAssignment[] = [];
  for (const path of paths) {
    const read = await readAssignment(system, path, lookUp);
    if (read.kind === 'valid') valid.push(read.assignment);
    else mistaken.push(read.mistaken);
  }
  return { valid, mistaken };
}

/** One file below /etc/gandi/disks.d, where only root can have written it. */
async function readAssignment(
  system: Pick<System, 'files'>,
  file: string,
  lookUp: OwnerLookup,
): Promise<ParsedAssignment> {
  const unsafe = await unsafePart(system, file);
  if (unsafe !== undefined) {
    return unread(
      file,
      `${unsafe}: must be root's and no link, and nobody else may write it; run \`chown root\` and \`chmod go-w\``,
    );
  }
  if (((await system.files.status(file))?.size ?? 0) > maximalBytes) {
    return unread(file, `has more than ${maximalBytes / 1024} KiB; remove what is not needed`);
  }
  const text = await ifRegular(system.files.read(file));
  if (text === undefined) return unread(file, 'is not a regular file; make it one, or remove it');
  return parseAssignment(file, text, lookUp);
}

/** Every mistake in a file and between two, with its file: one line each. */
export function mistakesOf({ valid, mistaken }: Assignments): string[] {
  const own = mistaken.flatMap(({ file, mistakes }) => mistakes.map((mistake) => ({ file, mistake })));
  return [...own, ...assignmentConflicts(valid)].map(({ file, mistake }) => `${file}: ${mistake}`);
}

function unread(file: string, mistake: string): ParsedAssignment {
  const name = basename(file, '.conf');
  return { kind: 'mistaken', mistaken: { name, file, selectors: {}, mistakes: [mistake] } };
}

/** Names and numbers of the machine's own files. */
export async function observeOwners(system: Pick<System, 'files'>): Promise<OwnerLookup> {
  const accounts = (await ifRegular(observeAllAccounts(system))) ?? [];
  const groups = (await ifRegular(observeGroups(system))) ?? [];
  return (owner) => ownerOf(owner, accounts, groups);
}

/** chown(1): a user without a group brings the group that the user logs in with. */
function ownerOf(owner: string, accounts: readonly Account[], groups: readonly Group[]): Owner | undefined {
  const [user = '', group] = owner.split(':');
  const account = accounts.find(({ name, uid }) => name === user || String(uid) === user);
  const uid = account?.uid ?? numberOf(user);
  const gid =
    group === undefined ? (account?.gid ?? uid) : (groups.find(({ name }) => name === group)?.gid ?? numberOf(group));
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function numberOf(word: string): number | undefined {
  return /^\d{1,9}$/.test(word) ? Number(word) : undefined;
}
