import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { errorCode } from '../error/error-code.ts';
import { AgentError } from '../error/agent-error.ts';
import type { Pipe } from '../system/processes.ts';
import { payloadError } from './payload-error.ts';

export type Packing = 'gzip' | 'bzip2' | 'xz' | 'zstd';

export interface Unpacked {
  /** What was packed. @throws AgentError `payload.damaged`, `payload.too-much-memory`, `process.missing` */
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** How many of the packed bytes were needed so far. */
  consumed(): number;
}

/**
 * Programs for what Node cannot unpack: a library for it would be part of every start of the agent. What they may hold
 * is what xz(1) needs for its presets up to -7, 17 MiB; bzip2(1) never needs more than 4 MB.
 */
const programs = {
  bzip2: ['bzip2', '--decompress', '--stdout'],
  xz: ['xz', '--decompress', '--stdout', '--no-warn', '--threads=1', '--memlimit-decompress=20MiB'],
} as const;

/** zstd(1), --memory: 2^23 bytes of window is what every decoder must take; more is the sender choosing our memory. */
const zstdWindow = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

/** Unpacks a stream as it comes, in bounded memory. */
export function unpack(packing: Packing, packed: AsyncIterable<Uint8Array>, pipe: Pipe, subject: string): Unpacked {
  if (packing === 'gzip' || packing === 'zstd') return unpackHere(packing, packed, subject);
  const [program, ...args] = programs[packing];
  let consumed = 0;
  const counted = async function* () {
    for await (const chunk of packed) {
      consumed += chunk.length;
      yield chunk;
    }
  };
  return { chunks: judged(pipe(program, args, counted()), subject), consumed: () => consumed };
}

/** Ends where the packed stream ends, and so takes nothing behind it but the rest of the last chunk. */
function unpackHere(packing: 'gzip' | 'zstd', packed: AsyncIterable<Uint8Array>, subject: string): Unpacked {
  const engine = packing === 'zstd' ? createZstdDecompress(zstdWindow) : createGunzip();
  const chunks = async function* () {
    // The error arrives through the engine, which the pipeline destroys with it.
    pipeline(Readable.from(packed, { highWaterMark: 1 }), engine, () => undefined);
    try {
      yield* engine as AsyncIterable<Buffer>;
    } finally {
      engine.destroy();
    }
  };
  return { chunks: judged(chunks(), subject), consumed: () => engine.bytesWritten };
}

async function* judged(chunks: AsyncGenerator<Uint8Array>, subject: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (needsMemory(error)) {
      throw payloadError('payload.too-much-memory', subject, 'cannot unpack it in the memory that is allowed', error);
    }
    throw isOfData(error) ? payloadError('payload.damaged', subject, 'cannot decompress the payload', error) : error;
  }
}

/** xz(1), "Memory usage": the message that it has for it; zstd's code. */
function needsMemory(error: unknown): boolean {
  if (error instanceof AgentError) return /memory usage limit/i.test(String(error.cause));
  return errorCode(error) === 'ZSTD_error_frameParameter_windowTooLarge';
}

function isOfData(error: unknown): boolean {
  if (error instanceof AgentError) return error.code === 'process.failed';
  return /^(Z_|ZSTD_)/.test(errorCode(error));
}
