import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Pipe } from '../system/processes.ts';
import { payloadError, payloadReadError } from './payload-error.ts';
import { type Unpacked, unpack } from './unpack.ts';
import { untilXzEnd } from './xz-stream.ts';

/** Bytes of a disk or an image by their position; nothing is read but what is asked for. */
export interface ByteReader {
  /** What errors name: the device or the file. */
  readonly subject: string;
  /**
   * Up to `length` bytes, fewer only at the end of the medium.
   * @param into where they may be put, for who is done with them before the next read
   * @throws AgentError `payload.read-failed`
   */
  read(position: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

export type Compression = 'none' | 'gzip' | 'xz' | 'zstd';

/** An archive on its medium: what it holds, in order, and how far it reaches. */
export interface Medium {
  readonly chunks: AsyncGenerator<Uint8Array>;
  /**
   * How many bytes of the medium belong to the archive. A compressed one is read to its end for that, where its own
   * checksum is; a plain one is not read further.
   * @param archiveLength bytes of the archive up to its end mark, not compressed
   */
  end(archiveLength: number): Promise<number>;
  close(): Promise<void>;
}

// Small pieces make the garbage collector run in time: a script of 63 MiB in xz adds 10 MB to the peak with 8 KiB, 20 MB
// with 16 KiB, 30 MB with 32 KiB.
const chunkLength = 8 * 1024;
/** Above every limit of the members together: whatever goes on longer is not a payload. */
const maximalLength = 3 * 1024 ** 3;
const maximalPadding = 1024 * 1024;
/** A bomb of zeros reaches 1000. */
const maximalRatio = 200;
const ratioFreeLength = 1024 * 1024;

export function byteReader(handle: FileHandle, subject: string): ByteReader {
  const read = async (position: number, length: number, buffer: Uint8Array) => {
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  };
  return {
    subject,
    read: async (position, length, into) => {
      try {
        return await read(position, length, into ?? new Uint8Array(length));
      } catch (error) {
        throw payloadReadError(subject, error);
      }
    },
  };
}

export function openMedium(reader: ByteReader, offset: number, compression: Compression, pipe: Pipe): Medium {
  const raw = rawChunks(reader, offset);
  const close = (chunks: AsyncGenerator<Uint8Array>) => async () => void (await chunks.return(undefined));
  if (compression === 'none') return { chunks: raw, end: async (length) => length, close: close(raw) };
  const packed = compression === 'xz' ? untilXzEnd(raw) : raw;
  const unpacked = unpack(compression, packed, pipe, reader.subject);
  const chunks = withoutBombs(unpacked, reader.subject);
  const end = async () => {
    await skipPadding(chunks, reader.subject);
    return unpacked.consumed();
  };
  return { chunks, end, close: close(chunks) };
}

/** sha256, in hex, of a stretch of the medium. */
export async function digestOf(reader: ByteReader, offset: number, length: number): Promise<string> {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(chunkLength);
  for (let done = 0; done < length; done += chunkLength) {
    hash.update(await reader.read(offset + done, Math.min(chunkLength, length - done), buffer));
  }
  return hash.digest('hex');
}

async function* rawChunks(reader: ByteReader, offset: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; ; done += chunkLength) {
    if (done > maximalLength)
      throw payloadError('payload.too-large', reader.subject, 'cannot use the payload: it has no end');
    const chunk = await reader.read(offset + done, chunkLength);
    if (chunk.length > 0) yield chunk;
    if (chunk.length < chunkLength) return;
  }
}

/** A bomb of zeros is stopped before it was read: JSON, scripts and tar's own padding stay far below the ratio. */
async function* withoutBombs({ chunks, consumed }: Unpacked, subject: string): AsyncGenerator<Uint8Array> {
  let out = 0;
  for await (const chunk of chunks) {
    out += chunk.length;
    if (out > ratioFreeLength && out > maximalRatio * consumed()) {
      throw payloadError('payload.decompression-bomb', subject, 'cannot use the payload: it is a decompression bomb');
    }
    yield chunk;
  }
}

/** tar pads an archive with zeros to whole records, 10 KiB unless it is told otherwise (tar(1), --blocking-factor). */
export async function skipPadding(chunks: AsyncGenerator<Uint8Array>, subject: string): Promise<void> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maximalPadding || chunk.some((byte) => byte !== 0)) {
      throw payloadError('payload.damaged', subject, 'cannot use the payload: something follows its archive');
    }
  }
}
