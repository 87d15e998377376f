import { createHash } from 'node:crypto';
import { blockLength } from './tar-header.ts';

/** What a member's content was, of which nothing was kept. */
export interface ContentSummary {
  /** sha256, in hex. */
  readonly digest: string;
  /** On a disk, an archive that was cut off goes on as zeros, and the two first of them look like its end mark. */
  readonly endsInZeroBlock: boolean;
}

/** Lets a consumer read the content as it passes by, and reads what is left of it. */
export async function summarize(
  content: AsyncIterable<Uint8Array>,
  consume: (content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<ContentSummary> {
  const hash = createHash('sha256');
  let size = 0;
  let tail = Buffer.alloc(0);
  const passing = async function* () {
    for await (const piece of content) {
      hash.update(piece);
      size += piece.length;
      tail = Buffer.concat([tail, piece.subarray(-blockLength)]).subarray(-blockLength);
      yield piece;
    }
  };
  const pieces = passing();
  await consume({ [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) });
  for await (const _ of pieces);
  const lastBlock = tail.subarray(-(((size - 1) % blockLength) + 1));
  return { digest: hash.digest('hex'), endsInZeroBlock: size > 0 && lastBlock.every((byte) => byte === 0) };
}
