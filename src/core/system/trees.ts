import { constants } from 'node:fs';
import { chmod, link, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../error/error-code.ts';
import { unlessMissing } from './file-status.ts';
import { syncDirectory } from './replace-file.ts';

/**
 * Folders that a program builds aside and moves into their place, by paths of this host. `Files` is for files that are
 * there to be changed, this for trees that nobody sees before they are whole.
 */
export interface Trees {
  /** Makes a folder and those above it that are missing, each 0755 whatever the umask is. */
  makeFolder(path: string): Promise<void>;
  /** Makes a file (0644) where nothing is, and waits until it is on the disk. */
  writeFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Gives a file one more name, on the same file system: inode and time stay. */
  linkFile(path: string, newPath: string): Promise<void>;
  /** Renames a file or folder to a name that is free, and waits until that is on the disk. */
  move(path: string, newPath: string): Promise<void>;
  /** The path without links, also of what is not there yet. */
  realPath(path: string): Promise<string>;
  /** Removes a folder with all that is in it, or a file; nothing there is fine. */
  remove(path: string): Promise<void>;
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

export function openTrees(): Trees {
  return {
    makeFolder,
    writeFile,
    linkFile: link,
    move: async (path, newPath) => {
      await rename(path, newPath);
      await syncDirectory(dirname(newPath));
    },
    realPath,
    remove: (path) => rm(path, { recursive: true, force: true }),
  };
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return requireFolder(path, error);
    if (errorCode(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
    return;
  }
  await chmod(path, 0o755);
}

/** A link to a folder counts as one: an admin may keep a part of a tree elsewhere. */
async function requireFolder(path: string, cause: unknown): Promise<void> {
  const status = await lstat(`${path}/.`).catch(() => undefined);
  if (status === undefined) throw cause;
}

async function realPath(path: string): Promise<string> {
  const found = await unlessMissing(realpath(path));
  return found ?? join(await realPath(dirname(path)), basename(path));
}

async function writeFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  await file.writeFile(content);
  await file.chmod(0o644);
  await file.sync();
}
