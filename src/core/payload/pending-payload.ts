import { z } from 'zod';
import type { PayloadArchive } from './payload-archive.ts';

/**
 * Tells the agent that /gandi/config and /gandi/script are a payload that was put there with the image, and that nobody has
 * applied yet. Without it these files are what the machine keeps of an earlier one.
 */
export const pendingPath = '/gandi/pending.json';

const schema = z.object({
  version: z.literal(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  length: z.number().int().positive(),
});

/** The payload as it came: what the record of the agent keeps. */
export interface PendingPayload {
  /** sha256, in hex, of its archive. */
  readonly digest: string;
  /** Bytes of its archive. */
  readonly length: number;
}

export function renderPending({ digest, byteLength }: Pick<PayloadArchive, 'digest' | 'byteLength'>): string {
  return `${JSON.stringify({ version: 1, digest, length: byteLength })}\n`;
}

/** @returns undefined for a text that is not one of `renderPending` */
export function parsePending(text: string): PendingPayload | undefined {
  try {
    const { digest, length } = schema.parse(JSON.parse(text));
    return { digest, length };
  } catch {
    return undefined;
  }
}
