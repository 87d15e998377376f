import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readlink, rmdir, statfs, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AgentError } from '../error/agent-error.ts';
import { errorCode } from '../error/error-code.ts';
import { type FileStatus, statusOf, statusOfTarget, unlessMissing } from './file-status.ts';
import { bytesOfText, textOfBytes } from './byte-text.ts';
import * as atHand from './files-at-hand.ts';
import { type Folder, openFolder } from './folder.ts';
import { readRegular } from './read-regular.ts';
import {
  type Content,
  createFile,
  notRegular,
  type ReplaceOptions,
  type Replacing,
  replaceFile,
  replaceLink,
  syncDirectory,
} from './replace-file.ts';
import { resolveBelow } from './resolve-below.ts';
import { type StagedTree, stageTree } from './staged-tree.ts';

export type { FileStatus } from './file-status.ts';
export type { Content, ReplaceOptions } from './replace-file.ts';

/** Of a file system, in bytes. */
export interface Space {
  readonly totalBytes: number;
  readonly usedBytes: number;
}

/**
 * Files of the machine, by the machine's own absolute paths. With a root folder other than `/`, every symbolic
 * link on the way is followed inside that folder, as a chroot(2) would.
 */
export interface Files {
  /** The path on this host of a path of the machine. */
  hostPath(path: string): Promise<string>;
  /**
   * Content as UTF-8, or undefined if there is no such file; a link to /dev/null is an empty one. Bytes that are not UTF-8
   * are in the text too (`textOfBytes`), so that a file which is changed and written back loses none.
   * @throws AgentError `file.not-regular` for a folder, pipe, socket or device; `file.too-large` from 64 MiB on
   */
  read(path: string): Promise<string | undefined>;
  /** As `read`, without taking it for text. */
  readBytes(path: string): Promise<Uint8Array | undefined>;
  /** What is at the path itself, a symbolic link not followed; undefined if nothing is. */
  status(path: string): Promise<FileStatus | undefined>;
  /** What is at the path once links are followed; undefined if nothing is. Nothing is opened, which starts some devices. */
  targetStatus(path: string): Promise<FileStatus | undefined>;
  /** Where a symbolic link points, as written in it; undefined if the path is none. */
  linkTarget(path: string): Promise<string | undefined>;
  /** Bytes of the file system that a folder is on; statfs(2). */
  space(path: string): Promise<Space>;
  /** Names in a folder, sorted; empty if there is no such folder. */
  list(path: string): Promise<string[]>;
  /**
   * Replaces a file as a whole, so that a reader or a power cut sees the old content or the new, never a part.
   * @throws AgentError `file.not-regular` if a symbolic link, folder or device is in the place
   */
  replace(path: string, content: Content, options: ReplaceOptions): Promise<void>;
  /**
   * Makes a file for a person, of the one who runs this, where nothing is.
   * @throws AgentError `file.exists`
   */
  create(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  /**
   * Makes a symbolic link, or points an existing link or file elsewhere, in one step.
   * @throws AgentError `file.not-regular` if a folder or device is in the place
   */
  replaceLink(path: string, target: string): Promise<void>;
  /** Adds to the end of a file, or makes it with these permission bits; what a power cut leaves of it does not matter. */
  append(path: string, text: string, mode: number): Promise<void>;
  /** Makes a folder and those above it that are missing (0755); an existing one gets the mode. */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Makes one folder to mount on (0755), and does not wait until it is on the disk: after a power cut it is made again. */
  makeMountPoint(path: string): Promise<void>;
  /** Removes a file or symbolic link; nothing there is fine. */
  remove(path: string): Promise<void>;
  /** Removes an empty folder; false if it is missing, not empty or in use. */
  removeEmptyDirectory(path: string): Promise<boolean>;
  /** A folder that others may write to, held open; undefined if it is missing. @throws AgentError `file.not-a-folder` */
  openFolder(path: string): Promise<Folder | undefined>;
  /** A folder to be made again as a whole, beside its place. */
  stageTree(path: string): Promise<StagedTree>;
  /** For block devices, and reads of a part. */
  open(path: string, flags: number): Promise<FileHandle>;
}

export function openFiles(root: string): Files {
  const replacing: Replacing = { root, opened: new Date() };
  const hostPath = (path: string) => (root === '/' ? Promise.resolve(path) : resolveBelow(root, path));
  const isAtHand = (path: string) => root === '/' && atHand.has(path);
  /** The folder is resolved, the last component is not: it is what gets looked at, replaced or removed. */
  const entryPath = async (path: string) => join(await hostPath(dirname(path)), basename(path));
  const readBytes = async (path: string) =>
    isAtHand(path) ? atHand.read(path) : unlessMissing(readRegular(await hostPath(path)));
  return {
    hostPath,
    read: async (path) => {
      const bytes = await readBytes(path);
      return bytes === undefined ? undefined : textOfBytes(bytes);
    },
    readBytes,
    status: async (path) => (isAtHand(path) ? atHand.status(path) : unlessMissing(statusOf(await entryPath(path)))),
    targetStatus: async (path) =>
      isAtHand(path) ? atHand.targetStatus(path) : unlessMissing(statusOfTarget(await hostPath(path))),
    linkTarget: async (path) =>
      isAtHand(path)
        ? atHand.linkTarget(path)
        : unlessMissing(readlink(await entryPath(path)), ['ENOENT', 'ENOTDIR', 'EINVAL']),
    space: async (path) => spaceOf(await hostPath(path)),
    list: async (path) =>
      (isAtHand(path) ? atHand.list(path) : await unlessMissing(readdir(await hostPath(path))))?.sort() ?? [],
    replace: async (path, content, options) => replaceFile(await entryPath(path), content, options, replacing),
    create: async (path, content, mode) => createFile(await entryPath(path), content, mode),
    replaceLink: async (path, target) => replaceLink(await entryPath(path), target, replacing),
    append: async (path, text, mode) => append(await entryPath(path), text, mode),
    makeDirectory: async (path, mode) => makeDirectory(await entryPath(path), mode),
    makeMountPoint: async (path) => void (await mkdir(await entryPath(path), { mode: 0o755 })),
    remove: async (path) => void (await unlessMissing(unlink(await entryPath(path)))),
    removeEmptyDirectory: async (path) => removeEmptyDirectory(await entryPath(path)),
    openFolder: async (path) => openFolder(await entryPath(path)),
    stageTree: async (path) => stageTree(await entryPath(path)),
    open: async (path, flags) => open(await hostPath(path), flags),
  };
}

async function spaceOf(path: string): Promise<Space> {
  const { bsize, blocks, bfree } = await statfs(path);
  return { totalBytes: blocks * bsize, usedBytes: (blocks - bfree) * bsize };
}

async function append(path: string, text: string, mode: number): Promise<void> {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const old = await unlessMissing(statusOf(path));
  if (old !== undefined && old.type !== 'file') throw notRegular(path, old);
  // Without O_NONBLOCK a named pipe that took its place meanwhile would be waited for.
  await using file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode);
  // Whatever umask(2) has left of them.
  if (old === undefined) await file.chmod(mode);
  await file.writeFile(bytesOfText(text));
}

async function makeDirectory(path: string, mode: number): Promise<void> {
  const old = await unlessMissing(statusOf(path));
  if (old?.type === 'directory' && old.mode === mode) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  await using directory = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((cause: unknown) => {
    throw new AgentError('cannot use it as a folder: it is a symbolic link or a file', {
      code: 'file.not-a-folder',
      subject: path,
      remedy: 'make it a folder, then run the stage again',
      cause,
    });
  });
  await directory.chmod(mode);
  await syncDirectory(dirname(path));
}

async function removeEmptyDirectory(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EBUSY', 'ENOTDIR'].includes(errorCode(error))) return false;
    throw error;
  }
}
