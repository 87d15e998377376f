import { z } from 'zod';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { ReleasedDisk } from './released-disks.ts';

/** What `gandi-agent disk detach --json` prints. New keys may come, none goes. */
export const detachedSchema = z
  .object({
    version: z.literal(1),
    device: z
      .string()
      .describe('of the whole disk, or of the partition that was named while others of its disk are in use'),
    mayBeRemoved: z
      .boolean()
      .describe('nothing of the disk is in use; false: it is unmounted, and its disk is still in use'),
    detachedAt: z.string().nullable().describe('by the wall clock, ISO 8601, where it was detached before; null: now'),
  })
  .describe('what became of a disk that was to be detached');

export type DetachAnswer = z.infer<typeof detachedSchema>;

/** @param isReleased nothing of its disk is in use any more */
export function answerDetached(
  { path, parent }: Pick<BlockDevice, 'path' | 'parent'>,
  isReleased: boolean,
): DetachAnswer {
  const device = isReleased && parent !== null ? `/dev/${parent}` : path;
  return { version: 1, device, mayBeRemoved: isReleased, detachedAt: null };
}

/** A disk that was detached before, and that the platform has not taken. */
export function answerReleased({ device, releasedAt }: Pick<ReleasedDisk, 'device' | 'releasedAt'>): DetachAnswer {
  return { version: 1, device, mayBeRemoved: true, detachedAt: releasedAt };
}

/** For people. @param word what they called it */
export function describeDetachAnswer({ device, mayBeRemoved, detachedAt }: DetachAnswer, word: string): string {
  if (detachedAt !== null) {
    const at = new Date(detachedAt).toTimeString().slice(0, 8);
    return `${device} was detached at ${at}; it may be removed now. To have it back, run \`gandi-agent disk attach ${word}\``;
  }
  if (!mayBeRemoved) return `${device} is unmounted; its disk is still in use`;
  return `${device} is detached; it may be removed now`;
}
