import { z } from 'zod';
import type { MmpBlock } from './multi-mount.ts';

/** The mount, or the check, by which another machine has a file system. */
export const elsewhereMountSchema = z.object({
  state: z.enum(['held', 'checked']),
  sequence: z.number(),
  node: z.string(),
  device: z.string(),
  updatedAt: z.number(),
  waitSeconds: z.number(),
  /** Seconds since boot, by the clock of this machine. */
  seenAt: z.number(),
});

export type ElsewhereMount = Readonly<z.infer<typeof elsewhereMountSchema>>;

// Longer than the rounds of one run take, and shorter than a person needs to try again.
const freshSeconds = 5;

/** @param seenAt seconds since boot @returns undefined for a block that nobody is behind */
export function elsewhereMount({ state, ...block }: MmpBlock, seenAt: number): ElsewhereMount | undefined {
  return state === 'clean' ? undefined : { ...block, state, seenAt };
}

/**
 * Whether a machine that had it may have it still.
 * @param known what was found before
 * @param now what is there; undefined for a block that says clean, or for none
 */
export function isStillElsewhere(known: ElsewhereMount, now: ElsewhereMount | undefined): boolean {
  if (now === undefined) return false;
  return now.state === 'checked' || now.sequence !== known.sequence || now.seenAt - known.seenAt <= known.waitSeconds;
}

/** @param now seconds since boot */
export function isFresh({ seenAt }: ElsewhereMount, now: number): boolean {
  return now - seenAt <= freshSeconds;
}

/** Why it is left alone. */
export function elsewhereWords({ state, node, device }: Pick<ElsewhereMount, 'state' | 'node' | 'device'>): string {
  return state === 'checked'
    ? `e2fsck on another machine works on it ("${node}", as ${device}), as its MMP block says`
    : `another machine has it mounted ("${node}", as ${device}), as its MMP block says`;
}
