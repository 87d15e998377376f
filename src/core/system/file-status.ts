import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { errorCode } from '../error/error-code.ts';

export interface FileStatus {
  readonly type: 'file' | 'directory' | 'symlink' | 'block-device' | 'other';
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** When the content was last changed. */
  readonly modified: Date;
}

/** What is at a path of this host, a link not followed. @throws the error of lstat(2) */
export async function statusOf(path: string): Promise<FileStatus> {
  return describe(await lstat(path));
}

/** What is at a path of this host once links are followed. @throws the error of stat(2) */
export async function statusOfTarget(path: string): Promise<FileStatus> {
  return describe(await stat(path));
}

export function describe(status: Stats): FileStatus {
  const type = status.isFile()
    ? 'file'
    : status.isDirectory()
      ? 'directory'
      : status.isSymbolicLink()
        ? 'symlink'
        : status.isBlockDevice()
          ? 'block-device'
          : 'other';
  const { uid, gid, size, mtime: modified } = status;
  return { type, mode: status.mode & 0o7777, uid, gid, size, modified };
}

/** undefined where an error has one of these codes. */
export async function unlessMissing<T>(result: Promise<T>, codes = ['ENOENT', 'ENOTDIR']): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (codes.includes(errorCode(error))) return undefined;
    throw error;
  }
}
