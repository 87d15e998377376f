import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { AgentError } from '../error/agent-error.ts';

const { O_RDONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants;

/** Bytes. Nothing that is read as a whole comes near it; the machine's memory does. */
const maximalSize = 64 * 1024 * 1024;

const pieceSize = 64 * 1024;

/**
 * Reads a file as a whole, and nothing else: a named pipe would be waited for and a device has no end. It is looked at
 * before it is opened, as opening some devices starts something, and again once it is open, as it may be another by then.
 * @param flags of open(2), beside those for reading
 * @param accepts what else is asked of the file that is open
 * @throws AgentError `file.not-regular`, `file.too-large`; the error of open(2)
 */
export async function readRegular(path: string, flags = 0, accepts = (_: Stats) => true): Promise<Buffer> {
  const before = await ((flags & O_NOFOLLOW) === 0 ? stat(path) : lstat(path));
  if (isNull(before)) return Buffer.alloc(0);
  if (!before.isFile()) throw notRegular(path);
  await using file = await open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | flags);
  const status = await file.stat();
  if (!status.isFile() || !accepts(status)) throw notRegular(path);
  if (status.size > maximalSize) throw tooLarge(path);
  return await readToEnd(file, path, status.size);
}

/** The same, with links followed. The whole process waits for it, so it is only for files that the kernel has in memory. */
export function readRegularAtOnce(path: string): Buffer {
  const before = statSync(path);
  if (isNull(before)) return Buffer.alloc(0);
  if (!before.isFile()) throw notRegular(path);
  const file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw notRegular(path);
    if (status.size > maximalSize) throw tooLarge(path);
    const content = readFileSync(file);
    if (content.length > maximalSize) throw tooLarge(path);
    return content;
  } finally {
    closeSync(file);
  }
}

/** A link to /dev/null is how an admin switches a file off: it is there, and says nothing. null(4): character device 1, 3. */
function isNull(status: Stats): boolean {
  return status.isCharacterDevice() && status.rdev === 0x103;
}

/** What the kernel makes up as it is read has size 0, and a log grows: the end is where nothing more comes. */
async function readToEnd(file: FileHandle, path: string, size: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let total = 0;
  for (let length = size === 0 ? pieceSize : size + 1; ; length = pieceSize) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, null);
    if (bytesRead === 0) break;
    total += bytesRead;
    if (total > maximalSize) throw tooLarge(path);
    pieces.push(buffer.subarray(0, bytesRead));
    if (total === size) break;
  }
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}

function notRegular(path: string): AgentError {
  return new AgentError('cannot read it: it is not a regular file', {
    code: 'file.not-regular',
    subject: path,
    remedy: 'make it a file or remove it, then run the stage again',
  });
}

/** @throws AgentError `file.too-large` where `readRegular` would not read a file of this size, in bytes */
export function requireReadableSize(path: string, size: number): void {
  if (size > maximalSize) throw tooLarge(path);
}

function tooLarge(path: string): AgentError {
  return new AgentError(`cannot read it: it is larger than ${maximalSize / 1024 / 1024} MiB`, {
    code: 'file.too-large',
    subject: path,
    remedy: 'look at what is in it, and make it smaller',
  });
}
