import { payloadError } from './payload-error.ts';
import { blockLength, hasChecksum, isZeroBlock, readMode, readSize, readType } from './tar-header.ts';

/** What a strict walk over the blocks of an archive has seen so far. */
export interface TarWalk {
  /** The blocks up to and without the end mark, for a parser that reads members out of them. */
  readonly blocks: AsyncIterable<Uint8Array>;
  /** Sizes that the members' headers state, in order. The parser must read the same ones, or the two disagree. */
  readonly statedSizes: number[];
  /** Bytes walked over; with the end mark of two zero blocks once `blocks` has ended. */
  byteLength(): number;
}

/** What an archive may make its reader do, whatever its members are for. */
export interface TarLimits {
  /** Headers, those about the next header with them: an archive may consist of nothing else. */
  readonly members: number;
  /** Unpacked bytes that are no content: headers, what headers about headers say, padding of members. */
  readonly overhead: number;
}

// Headers about the next header: pax, pax global, GNU long name, GNU long link name.
const metaTypes = ['x', 'g', 'L', 'K'];
const maximalMetaLength = 64 * 1024;

/**
 * Walks over an archive block by block. tar-stream does not say where an archive ends and reads on, which on a disk
 * means to its last byte (L6), and takes an archive without an end mark for a whole one (D2, D3). This ends at the
 * mark, and nowhere else.
 * @throws AgentError (through `blocks`) `payload.truncated`, `payload.checksum`, `payload.damaged`,
 * `payload.too-many-members`, `payload.too-large`
 */
export function walkTar(chunks: AsyncIterable<Uint8Array>, limits: TarLimits, subject: string): TarWalk {
  const source = new ByteSource(chunks);
  const statedSizes: number[] = [];
  const count = openCounter(limits, subject);
  return { blocks: walk(source, statedSizes, count, subject), statedSizes, byteLength: () => source.taken };
}

async function* walk(
  source: ByteSource,
  statedSizes: number[],
  count: Count,
  subject: string,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const header = await takeBlock(source, subject);
    if (isZeroBlock(header)) return await expectEnd(source, subject);
    const contentLength = checkHeader(header, source.taken - blockLength, subject);
    const isMeta = metaTypes.includes(readType(header));
    count(contentLength, isMeta);
    if (!isMeta) statedSizes.push(contentLength);
    yield header;
    yield* content(source, contentLength, subject);
  }
}

/** @throws AgentError once there is too much of it, before it is read */
type Count = (contentLength: number, isMeta: boolean) => void;

function openCounter(limits: TarLimits, subject: string): Count {
  let members = 0;
  let overhead = 0;
  return (contentLength, isMeta) => {
    members += 1;
    overhead += blockLength + paddedLength(contentLength) - (isMeta ? 0 : contentLength);
    if (members > limits.members) {
      const problem = `it has more than ${limits.members} members`;
      throw payloadError('payload.too-many-members', subject, `cannot read the payload: ${problem}`);
    }
    if (overhead > limits.overhead) {
      const problem = `its headers take more than ${limits.overhead} bytes`;
      throw payloadError('payload.too-large', subject, `cannot read the payload: ${problem}`);
    }
  };
}

async function takeBlock(source: ByteSource, subject: string): Promise<Uint8Array> {
  const block = await source.take(blockLength);
  if (block.length < blockLength) throw truncated(subject, source.taken);
  return block;
}

async function expectEnd(source: ByteSource, subject: string): Promise<void> {
  if (!isZeroBlock(await takeBlock(source, subject))) throw truncated(subject, source.taken);
}

function checkHeader(header: Uint8Array, position: number, subject: string): number {
  if (!hasChecksum(header)) {
    throw payloadError(
      'payload.checksum',
      subject,
      `cannot read the payload: wrong checksum in the header at ${position}`,
    );
  }
  const size = readSize(header);
  const isMeta = metaTypes.includes(readType(header));
  if (size === undefined || readMode(header) === undefined || (isMeta && size > maximalMetaLength)) {
    throw payloadError(
      'payload.damaged',
      subject,
      `cannot read the payload: wrong number in the header at ${position}`,
    );
  }
  return size;
}

/** The content of a member with its padding, in pieces. */
async function* content(source: ByteSource, length: number, subject: string): AsyncGenerator<Uint8Array> {
  let left = paddedLength(length);
  while (left > 0) {
    const piece = await source.takeSome(left);
    if (piece.length === 0) throw truncated(subject, source.taken);
    left -= piece.length;
    yield piece;
  }
}

function paddedLength(contentLength: number): number {
  return Math.ceil(contentLength / blockLength) * blockLength;
}

function truncated(subject: string, position: number) {
  return payloadError('payload.truncated', subject, `cannot read the payload: it is cut off after ${position} bytes`);
}

/** Chunks of any length in, stretches of the asked length out; asks for a chunk only when it needs one. */
class ByteSource {
  taken = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** `length` bytes, fewer only at the end. */
  async take(length: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      const piece = await this.takeSome(left);
      if (piece.length === 0) break;
      pieces.push(piece);
      left -= piece.length;
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /** What is at hand, up to `most` bytes, without a copy of it; nothing only at the end. */
  async takeSome(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    this.taken += piece.length;
    return piece;
  }
}
