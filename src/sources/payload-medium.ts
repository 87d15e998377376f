import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { payloadError, payloadReadError } from './payload-error.ts';

/** Bytes of a disk or an image by their position; nothing is read but what is asked for. */
export interface ByteReader {
  /** What errors name: the device or the file. */
  readonly subject: string;
  /** Up to `length` bytes, fewer only at the end of the medium. @throws AgentError `payload.read-failed` */
  read(position: number, length: number): Promise<Uint8Array>;
}

export type Compression = 'none' | 'gzip' | 'zstd';

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

// Small pieces make the garbage collector run in time: 300 MB of modules peak at 16 MB with 32 KiB, at 31 MB with 64 KiB.
const chunkLength = 32 * 1024;
/** Above every limit of the members together: whatever goes on longer is no payload. */
const maximalLength = 3 * 1024 ** 3;
const maximalPadding = 1024 * 1024;
/** JSON, scripts and tar's own padding stay far below; a bomb of zeros reaches 1000. */
const maximalRatio = 200;
const ratioFreeLength = 1024 * 1024;

export function byteReader(handle: FileHandle, subject: string): ByteReader {
  const read = async (position: number, length: number) => {
    const buffer = new Uint8Array(length);
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
    read: async (position, length) => {
      try {
        return await read(position, length);
      } catch (error) {
        throw payloadReadError(subject, error);
      }
    },
  };
}

export function openMedium(reader: ByteReader, offset: number, compression: Compression): Medium {
  const raw = rawChunks(reader, offset);
  const close = (chunks: AsyncGenerator<Uint8Array>) => async () => void (await chunks.return(undefined));
  if (compression === 'none') return { chunks: raw, end: async (length) => length, close: close(raw) };
  const engine = openDecompressor(compression);
  const chunks = decompress(raw, engine, reader.subject);
  const end = async () => {
    await skipPadding(chunks, reader.subject);
    return engine.bytesWritten;
  };
  return { chunks, end, close: close(chunks) };
}

/** sha256, in hex, of a stretch of the medium. */
export async function digestOf(reader: ByteReader, offset: number, length: number): Promise<string> {
  const hash = createHash('sha256');
  for (let done = 0; done < length; done += chunkLength) {
    hash.update(await reader.read(offset + done, Math.min(chunkLength, length - done)));
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

function openDecompressor(compression: Compression) {
  // zstd(1), --memory: 2^23 bytes of window is what every decoder must take; more is the sender choosing our memory.
  if (compression === 'zstd') return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } });
  return createGunzip();
}

/** Ends where the compressed stream ends, and so reads nothing behind it but the rest of the last chunk. */
async function* decompress(
  raw: AsyncGenerator<Uint8Array>,
  engine: ReturnType<typeof openDecompressor>,
  subject: string,
): AsyncGenerator<Uint8Array> {
  let out = 0;
  // The error arrives through the engine, which the pipeline destroys with it.
  pipeline(Readable.from(raw, { highWaterMark: 1 }), engine, () => undefined);
  try {
    for await (const chunk of engine as AsyncIterable<Buffer>) {
      out += chunk.length;
      if (out > ratioFreeLength && out > maximalRatio * engine.bytesWritten) {
        throw payloadError('payload.decompression-bomb', subject, 'cannot use the payload: it is a decompression bomb');
      }
      yield chunk;
    }
  } catch (error) {
    throw isOfZlib(error) ? payloadError('payload.damaged', subject, 'cannot decompress the payload', error) : error;
  } finally {
    engine.destroy();
  }
}

/** tar pads an archive with zeros to whole records, 10 KiB unless it is told otherwise (tar(1), --blocking-factor). */
async function skipPadding(chunks: AsyncGenerator<Uint8Array>, subject: string): Promise<void> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maximalPadding || chunk.some((byte) => byte !== 0)) {
      throw payloadError('payload.damaged', subject, 'cannot use the payload: something follows its archive');
    }
  }
}

function isOfZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code));
}
