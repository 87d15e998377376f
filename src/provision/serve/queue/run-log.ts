import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Files } from '../../../core/system/files.ts';
import { oneLine } from '../../../core/system/one-line.ts';

/** Bytes; a log that is longer when a run begins is put aside, in the place of the one before it. */
const maximalSize = 4 * 1024 * 1024;

/** The log of a machine: a canonical address is a name of a file. */
export function logPath(folder: string, address: string): string {
  return `${folder}/${address}.log`;
}

/** Opens the log of a machine for a run: the command writes to it itself, so that nothing is lost with the server. */
export async function openLog(files: Files, path: string, heading: string): Promise<FileHandle> {
  const status = await files.status(path);
  if (status !== undefined && status.size > maximalSize) {
    await files.replace(`${path}.1`, (await files.readBytes(path)) ?? '', { mode: 0o600 });
    await files.remove(path);
  }
  await files.append(path, `${oneLine(heading)}\n`, 0o600);
  const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;
  return files.open(path, O_WRONLY | O_APPEND | O_NOFOLLOW);
}

/** Bytes. A line that is longer than the second is cut at its front where it is the last. */
const usualLine = 200;
const longestLine = 8192;

/** The last lines of a log, the control characters of programs escaped; empty where there is none. */
export async function lastLines(files: Files, path: string, count: number): Promise<string[]> {
  const text = await lastBytes(files, path, Math.max(count * usualLine, longestLine));
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map(oneLine);
}

async function lastBytes(files: Files, path: string, length: number): Promise<string> {
  const status = await files.status(path);
  if (status?.type !== 'file') return '';
  const { O_RDONLY, O_NOFOLLOW } = constants;
  await using file = await files.open(path, O_RDONLY | O_NOFOLLOW);
  const start = Math.max(0, status.size - length);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return buffer.subarray(0, bytesRead).toString();
}
