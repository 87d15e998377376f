import { constants } from 'node:fs';
import type { Files } from './files.ts';

/**
 * A file piece by piece: opened when the first is asked for, and closed with the last, with an error, or where the reader
 * stops. One that is never read is never opened.
 * @param flags of open(2), beside those for reading
 * @throws the error of open(2) and of read(2), by the first piece that they keep back
 */
export async function* readPieces(files: Pick<Files, 'open'>, path: string, flags = 0): AsyncGenerator<Uint8Array> {
  await using file = await files.open(path, constants.O_RDONLY | flags);
  for await (const piece of file.createReadStream({ autoClose: false, highWaterMark: pieceBytes }))
    yield piece as Uint8Array;
}

const pieceBytes = 1024 * 1024;
