import { constants } from 'node:fs';
import { type FileHandle, open, rename, stat, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { AgentError } from '../error/agent-error.ts';
import { errorCode } from '../error/error-code.ts';
import { bytesOfText } from './byte-text.ts';
import { type FileStatus, statusOf, unlessMissing } from './file-status.ts';
import { clearLeftovers, temporaryName } from './temporary-file.ts';

export interface ReplaceOptions {
  /** Permission bits of a new file. */
  readonly mode: number;
  /** Gives an existing file these bits too; otherwise it keeps its own, and its owner in either case. */
  readonly enforceMode?: boolean;
}

/** Of a file. A text may have bytes that are not UTF-8, as `Files.read` has them. One that comes piece by piece and ends in an error leaves the old file. */
export type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Who replaces: when it began, and the folder on this host that is `/` of the machine. */
export interface Replacing {
  readonly root: string;
  readonly opened: Date;
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_DIRECTORY } = constants;

/** As `Files.replace`, for a path of this host. */
export async function replaceFile(
  path: string,
  content: Content,
  options: ReplaceOptions,
  replacing: Replacing,
): Promise<void> {
  const old = await unlessMissing(statusOf(path));
  if (old !== undefined && old.type !== 'file') throw notRegular(path, old);
  const temporary = await makeTemporaryPath(path, replacing.opened, old);
  const kept = old !== undefined && (await isKept(path, old, replacing)) ? old : undefined;
  // Another's file of that name is never taken.
  await using file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await writeDurably(file, content, kept, options);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** As `Files.replaceLink`, for a path of this host. */
export async function replaceLink(path: string, target: string, { opened }: Replacing): Promise<void> {
  const old = await unlessMissing(statusOf(path));
  if (old !== undefined && old.type !== 'file' && old.type !== 'symlink') throw notRegular(path, old);
  const temporary = await makeTemporaryPath(path, opened, old);
  await symlink(target, temporary);
  try {
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** As `Files.create`, for a path of this host. */
export async function createFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode).catch((cause: unknown) => {
    throw errorCode(cause) === 'EEXIST' ? exists(path) : cause;
  });
  try {
    await file.writeFile(bytesOf(content));
    await file.sync();
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** What is written for a content: of a text the bytes that it was read from. */
export function bytesOf<C extends Content>(content: C): Exclude<C, string> | Uint8Array {
  return typeof content === 'string' ? bytesOfText(content) : (content as Exclude<C, string>);
}

const writableByOthers = 0o022;

/**
 * Whether owner and mode of the old file are those of the new one. In a folder where others may make files they are
 * whatever somebody chose who was there first, unless it was us.
 */
async function isKept(path: string, old: FileStatus, { root }: Replacing): Promise<boolean> {
  if (old.uid === process.geteuid?.() && old.gid === process.getegid?.()) return true;
  const names = relative(root, dirname(path)).split('/');
  for (let count = 0; count <= names.length; count += 1) {
    const folder = await stat(join(root, ...names.slice(0, count)));
    if (folder.uid !== 0 || (folder.mode & writableByOthers) !== 0) return false;
  }
  return true;
}

async function makeTemporaryPath(path: string, opened: Date, old: FileStatus | undefined): Promise<string> {
  const place = { folder: dirname(path), name: basename(path) };
  await clearLeftovers(place, opened, old?.uid);
  return join(place.folder, temporaryName(place.name));
}

export function notRegular(path: string, { type }: FileStatus): AgentError {
  return new AgentError(`cannot replace it: it is a ${type} and not a file`, {
    code: 'file.not-regular',
    subject: path,
    remedy: 'remove it or make it a file, then run the stage again',
  });
}

function exists(path: string): AgentError {
  return new AgentError('cannot make it: something of that name is there', {
    code: 'file.exists',
    subject: path,
    remedy: 'remove it or use another name',
  });
}

async function writeDurably(
  file: FileHandle,
  content: Content,
  old: FileStatus | undefined,
  options: ReplaceOptions,
): Promise<void> {
  await file.writeFile(bytesOf(content));
  if (old !== undefined) await file.chown(old.uid, old.gid);
  await file.chmod(old === undefined || options.enforceMode ? options.mode : old.mode);
  await file.sync();
}

/** Waits until what was made, moved or removed in a folder is on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, O_RDONLY | O_DIRECTORY);
  await directory.sync();
}
