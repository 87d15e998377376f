import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import type { System } from '../../../core/system/system.ts';

/** A range of a file, in bytes; nothing of a hole is stored. */
interface Extent {
  readonly start: number;
  readonly length: number;
  readonly isHole: boolean;
}

/** qemu-img(1), `map --output=json`. */
const mapSchema = z.array(z.object({ start: z.int().min(0), length: z.int().min(1), data: z.boolean() }));

/**
 * A file piece by piece, without reading its holes: for each of these the same piece of zeros is handed out, as the kernel
 * would fill as much memory as the hole is long. One buffer serves all pieces: what is kept of one has to be copied.
 * @throws the error of open(2) and of read(2)
 */
export async function* readSparse(
  path: string,
  { files, processes }: Pick<System, 'files' | 'processes'>,
): AsyncGenerator<Uint8Array> {
  await using file = await files.open(path, constants.O_RDONLY);
  const piece = Buffer.allocUnsafe(pieceBytes);
  const zeros = Buffer.alloc(pieceBytes);
  for (const { start, length, isHole } of await extentsOf(path, file, processes)) {
    for (let read = 0; read < length; ) {
      const wanted = Math.min(pieceBytes, length - read);
      const bytesRead = isHole ? wanted : (await file.read(piece, 0, wanted, start + read)).bytesRead;
      // The file is shorter than it was.
      if (bytesRead === 0) return;
      yield (isHole ? zeros : piece).subarray(0, bytesRead);
      read += bytesRead;
    }
  }
}

const pieceBytes = 1024 * 1024;

/** Where qemu-img is not installed, or has no answer, the file is read as one without holes. */
async function extentsOf(path: string, file: FileHandle, processes: System['processes']): Promise<readonly Extent[]> {
  const { size, blocks } = await file.stat();
  const whole = [{ start: 0, length: size, isHole: false }];
  if (blocks * blockBytes >= size) return whole;
  try {
    const { stdout } = await processes.run('qemu-img', ['map', '--output=json', '-f', 'raw', path]);
    const extents = mapSchema.parse(JSON.parse(stdout));
    return areWhole(extents, size) ? extents.map(({ start, length, data }) => upTo(size, start, length, !data)) : whole;
  } catch {
    return whole;
  }
}

/** The unit of `st_blocks`; inode(7). */
const blockBytes = 512;

function areWhole(extents: readonly { readonly start: number; readonly length: number }[], size: number): boolean {
  const ends = extents.map(({ start, length }) => start + length);
  return extents.every(({ start }, index) => start === (ends[index - 1] ?? 0)) && (ends.at(-1) ?? 0) >= size;
}

/** qemu-img counts in sectors: what it tells of a file may end after the file. */
function upTo(size: number, start: number, length: number, isHole: boolean): Extent {
  return { start, length: Math.min(length, size - start), isHole };
}
