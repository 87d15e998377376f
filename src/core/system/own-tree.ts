import {
  access,
  chmod,
  copyFile,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { bytesOfText, textOfBytes } from './byte-text.ts';
import { unlessMissing } from './file-status.ts';

/**
 * Files of folders that the program made for itself and that nobody else writes to meanwhile, and reading what the caller
 * named: nothing here is kept over a power cut, and links are followed as the kernel does. For the machine's own files
 * there is `Files`.
 */
export type EntryType = 'folder' | 'file' | 'link' | 'other';

export interface Entry {
  readonly name: string;
  readonly type: EntryType;
}

/** What lies in a folder, sorted by bytes; empty if it is missing. */
export async function entriesOf(folder: string): Promise<Entry[]> {
  const found = (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? [];
  return found
    .map(
      (entry) =>
        ({
          name: entry.name,
          type: entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other',
        }) as const,
    )
    .sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
}

/** The content as `Files.read` has it; undefined if it is missing. */
export async function fileText(path: string): Promise<string | undefined> {
  const bytes = await unlessMissing(readFile(path));
  return bytes === undefined ? undefined : textOfBytes(bytes);
}

/** What is at a path, a link followed; undefined if nothing is. */
export async function followedStatus(
  path: string,
): Promise<{ readonly type: EntryType; readonly mode: number } | undefined> {
  const status = await unlessMissing(stat(path), ['ENOENT', 'ENOTDIR', 'ELOOP']);
  if (status === undefined) return undefined;
  return { type: status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other', mode: status.mode & 0o7777 };
}

/** When something was changed; undefined if it is missing. */
export async function modifiedAt(path: string): Promise<Date | undefined> {
  return (await unlessMissing(lstat(path)))?.mtime;
}

/** Gives something the time of now. */
export async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

/** SHA-256 of a file's content, links followed, in hexadecimal digits. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

export async function isFolder(path: string): Promise<boolean> {
  return (await followedStatus(path))?.type === 'folder';
}

/** Whether this process may make files in a folder; undefined where there is no such folder. */
export async function mayWriteIn(path: string): Promise<boolean | undefined> {
  const refusals = ['EACCES', 'EROFS', 'EPERM'];
  const isThere = await unlessMissing(isFolder(path), refusals);
  if (isThere === undefined) return false;
  if (!isThere) return undefined;
  const asked = access(path, constants.W_OK | constants.X_OK).then(() => true);
  return (await unlessMissing(asked, refusals)) ?? false;
}

/** True for anything that has this path, also a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  return (await unlessMissing(lstat(path))) !== undefined;
}

/** The path without a link. */
export function realPath(path: string): Promise<string> {
  return realpath(path);
}

/** Where a link points; undefined for anything else. */
export function linkText(path: string): Promise<string | undefined> {
  return unlessMissing(readlink(path), ['ENOENT', 'ENOTDIR', 'EINVAL']);
}

/** Makes a folder that nobody else has: `/tmp/name.` gets six letters behind it. */
export function makeOwnFolder(prefix: string): Promise<string> {
  return mkdtemp(prefix);
}

/** Makes a folder and those above it. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}

/** Writes a file as a whole with these permission bits. */
export async function writeText(path: string, text: string, mode = 0o644): Promise<void> {
  await writeFile(path, bytesOfText(text), { mode });
  await chmod(path, mode);
}

/** Copies a file with its permission bits, or a link as it is. */
export async function copyEntry(from: string, to: string): Promise<void> {
  const target = await linkText(from);
  // The last of several files of one name counts, whatever kind the earlier one was.
  await rm(to, { force: true });
  if (target !== undefined) return symlink(target, to);
  await copyFile(from, to);
  await chmod(to, (await stat(from)).mode & 0o7777);
}

/** Copies a folder with all that is in it over one that may be there; links are copied as they are. */
export async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
}

export async function makeLink(target: string, path: string): Promise<void> {
  await symlink(target, path);
}

export async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
}

export async function changeMode(path: string, mode: number): Promise<void> {
  await chmod(path, mode);
}

/** A file of lines; those that are there stay before them. */
export interface Log {
  write(line: string): void;
  /** @throws the error of a write that failed */
  close(): Promise<void>;
}

export function openLog(path: string): Log {
  const stream = createWriteStream(path, { flags: 'a' });
  const written = finished(stream);
  // It is told by close.
  written.catch(() => undefined);
  return {
    write: (line) => void stream.write(`${line}\n`),
    close: () => {
      stream.end();
      return written;
    },
  };
}

/** Makes a file empty. */
export async function emptyFile(path: string): Promise<void> {
  await truncate(path);
}

export async function removeFile(path: string): Promise<void> {
  await unlessMissing(unlink(path));
}

/** Removes a folder with all that is in it; links in it are not followed. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
