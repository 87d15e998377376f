import { crc32 } from 'node:zlib';

// The .xz file format 1.2.1, 2.1.1 and 2.1.2: a stream begins and ends with twelve bytes.
const headerLength = 12;
const footerLength = 12;

/**
 * Hands on one stream of xz and nothing behind it: on a disk, other bytes follow, and xz(1) reads on to the disk's end.
 * Where a stream ends is written nowhere but in its footer: magic, flags of the header once more, and a checksum, 64
 * bits that packed data has by chance at no place.
 */
export async function* untilXzEnd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let seen = 0;
  let flags: Buffer | undefined;
  let tail = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const window = Buffer.concat([tail, chunk]);
    const start = seen - tail.length;
    flags ??= window.length >= headerLength ? Buffer.from(window.subarray(6, 8)) : undefined;
    const end = flags === undefined ? undefined : findFooter(window, start, flags);
    if (end !== undefined) {
      yield window.subarray(tail.length, end);
      return;
    }
    yield chunk;
    seen += chunk.length;
    tail = Buffer.from(window.subarray(-(flags === undefined ? headerLength : footerLength - 1)));
  }
}

/** @returns the position behind the footer; a footer begins at a multiple of four bytes of the stream */
function findFooter(window: Buffer, start: number, flags: Buffer): number | undefined {
  for (let magic = window.indexOf('YZ'); magic !== -1; magic = window.indexOf('YZ', magic + 1)) {
    const footer = magic + 2 - footerLength;
    const isInPlace = footer >= 0 && (start + footer) % 4 === 0 && start + footer >= headerLength;
    if (!isInPlace || !window.subarray(footer + 8, footer + 10).equals(flags)) continue;
    if (crc32(window.subarray(footer + 4, footer + 10)) === window.readUInt32LE(footer)) return magic + 2;
  }
  return undefined;
}
