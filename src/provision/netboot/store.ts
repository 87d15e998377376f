import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { AgentError } from '../../core/error/agent-error.ts';
import type { Files } from '../../core/system/files.ts';
import type { Processes } from '../../core/system/processes.ts';
import type { Trees } from '../../core/system/trees.ts';
import { exchange } from './exchange.ts';
import { type FileRecord, parseRecord, renderRecord, type VersionRecord } from './record.ts';

/**
 * Versions lie beside the place of their release, in `.versions/<id>`, and the place is a link to one of them:
 *
 *     precise/install -> .versions/4a5e1c0c6f0b9a12
 *     precise/.versions/4a5e1c0c6f0b9a12/{linux,initrd.gz}
 *     precise/.versions/4a5e1c0c6f0b9a12.json
 *
 * Who resolves the link once reads one version to its end, whatever is imported meanwhile.
 */
export interface StoreDoors {
  readonly files: Files;
  readonly trees: Trees;
  readonly processes: Processes;
}

export const versionsFolder = '.versions';

/** What is in the place of a release or loader now. */
export type Present =
  /** A version of ours whose files are as they were written. */
  | { readonly kind: 'version'; readonly id: string; readonly folder: string; readonly record: VersionRecord }
  /** A folder that another program made. */
  | { readonly kind: 'folder' }
  /** Nothing, or a link, which one rename replaces. */
  | { readonly kind: 'free' };

/** A file of a version that is to be made, somewhere on the file system of the store. */
export interface NewFile {
  readonly path: string;
  readonly record: Omit<FileRecord, 'written'>;
}

/** @throws AgentError `netboot.place-taken` for a file or device in the place */
export async function lookAt(doors: StoreDoors, place: string): Promise<Present> {
  const status = await doors.files.status(place);
  if (status?.type === 'directory') return { kind: 'folder' };
  if (status === undefined) return { kind: 'free' };
  if (status.type !== 'symlink') throw taken(place, status.type);
  const id = versionOf(await doors.files.linkTarget(place));
  return (id === undefined ? undefined : await intactVersion(doors, place, id)) ?? { kind: 'free' };
}

/** The version that a link of ours points to. */
export function versionOf(target: string | undefined): string | undefined {
  return /^\.versions\/([0-9a-z-]+)$/.exec(target ?? '')?.[1];
}

/** A version with a record, whose files have the size and time of it. */
async function intactVersion(doors: StoreDoors, place: string, id: string): Promise<Present | undefined> {
  const folder = join(dirname(place), versionsFolder, id);
  const record = parseRecord(await doors.files.read(`${folder}.json`));
  if (record === undefined) return undefined;
  for (const file of record.files)
    if (!(await isUntouched(doors.files, join(folder, file.name), file))) return undefined;
  return { kind: 'version', id, folder, record };
}

export async function isUntouched(files: Files, path: string, { size, written }: FileRecord): Promise<boolean> {
  const status = await files.status(path);
  return status?.type === 'file' && status.size === size && status.modified.getTime() === written;
}

/**
 * Makes a version of these files and switches the place to it. A reader sees the old version or the new one, whole; the
 * old one stays where it is.
 * @param stage an empty folder on the file system of the store
 */
export async function publish(
  doors: StoreDoors,
  place: string,
  present: Present,
  newFiles: readonly NewFile[],
  about: Omit<VersionRecord, 'files'>,
  stage: string,
): Promise<void> {
  const { trees, files } = doors;
  const versions = join(dirname(place), versionsFolder);
  await trees.makeFolder(versions);
  const { id, isThere } = await freeId(doors, place, idOf(newFiles));
  const version = join(versions, id);
  if (!isThere) {
    await trees.makeFolder(stage);
    for (const { path, record } of newFiles) await trees.linkFile(path, join(stage, record.name));
  }
  const made = isThere ? version : stage;
  await writeRecord(doors, version, { ...about, files: await written(files, made, newFiles) });
  if (!isThere) await trees.move(stage, version);
  await switchTo(doors, place, present, id);
}

/** Rewrites what is known of a version; what is the same already is not written. */
export async function writeRecord({ files }: StoreDoors, version: string, record: VersionRecord): Promise<void> {
  const text = renderRecord(record);
  if ((await files.read(`${version}.json`)) !== text) await files.replace(`${version}.json`, text, { mode: 0o644 });
}

/** The same content has the same name, whenever and from wherever it comes. */
function idOf(newFiles: readonly NewFile[]): string {
  const lines = newFiles.map(({ record }) => `${record.name} ${record.sha256}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
}

/** A version that somebody changed is left for `verify` to tell, and another made beside it. */
async function freeId(
  doors: StoreDoors,
  place: string,
  id: string,
): Promise<{ readonly id: string; readonly isThere: boolean }> {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? id : `${id}-${count}`;
    const status = await doors.files.status(join(dirname(place), versionsFolder, candidate));
    if (status === undefined) return { id: candidate, isThere: false };
    if ((await intactVersion(doors, place, candidate)) !== undefined) return { id: candidate, isThere: true };
  }
}

async function written(files: Files, folder: string, newFiles: readonly NewFile[]): Promise<FileRecord[]> {
  return Promise.all(
    newFiles.map(async ({ record }) => {
      const status = await files.status(join(folder, record.name));
      return { ...record, written: status?.modified.getTime() ?? 0 };
    }),
  );
}

/** A link is replaced by one rename; a folder of another program by an exchange, after which it is kept as a version. */
async function switchTo(doors: StoreDoors, place: string, present: Present, id: string): Promise<void> {
  const target = `${versionsFolder}/${id}`;
  if (present.kind !== 'folder') return doors.files.replaceLink(place, target);
  const aside = exchangedName(place);
  await doors.files.replaceLink(aside, target);
  try {
    await exchange(doors.processes, place, aside);
  } finally {
    await clearExchanged(doors, place);
  }
}

function exchangedName(place: string): string {
  return join(dirname(place), `.${basename(place)}.gandi-exchange`);
}

/** What an exchange leaves aside, also one that was killed half-way: our link before it, the other's folder after it. */
export async function clearExchanged({ files, trees }: StoreDoors, place: string): Promise<void> {
  const aside = exchangedName(place);
  const status = await files.status(aside);
  if (status?.type === 'symlink') await files.remove(aside);
  if (status?.type !== 'directory') return;
  const versions = join(dirname(place), versionsFolder);
  for (let count = 1; ; count += 1) {
    const kept = join(versions, count === 1 ? 'before' : `before-${count}`);
    if ((await files.status(kept)) === undefined) return trees.move(aside, kept);
  }
}

export function taken(place: string, type: string): AgentError {
  return new AgentError(`cannot put an image there: it is a ${type}`, {
    code: 'netboot.place-taken',
    subject: place,
    remedy: 'move it away, then import again',
  });
}
