import { createHash } from 'node:crypto';
import { unusable } from './source.ts';

/** What a file holds, in figures. */
export interface Digest {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface Digested {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Of all pieces, once the last has passed. */
  digest(): Digest;
}

/** Counts and digests what passes. */
export function digested(content: AsyncIterable<Uint8Array>): Digested {
  const hash = createHash('sha256');
  let size = 0;
  const pass = async function* () {
    for await (const piece of content) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
  };
  let sha256: string | undefined;
  return {
    pieces: pass(),
    digest: () => {
      sha256 ??= hash.digest('hex');
      return { size, sha256 };
    },
  };
}

/**
 * Refuses what servers and proxies send for a file that they do not have: nothing, or a page for people with status 200.
 * @throws AgentError `download.unusable`
 */
export async function* plausible(url: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  let isJudged = false;
  for await (const piece of content) {
    if (!isJudged) {
      head = Buffer.concat([head, piece]);
      if (head.length < 64) continue;
      requireNoPage(url, head);
      isJudged = true;
      yield head;
    } else yield piece;
  }
  if (isJudged) return;
  if (head.length === 0) throw unusable(url, 'it is empty');
  requireNoPage(url, head);
  yield head;
}

function requireNoPage(url: string, head: Buffer): void {
  if (/^\s*<(?:!doctype\s+html|html|\?xml)/i.test(head.subarray(0, 64).toString('latin1')))
    throw unusable(url, 'it is a web page');
}
