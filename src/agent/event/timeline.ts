import { z } from 'zod';
import { wellFormed } from '../../core/system/byte-text.ts';
import type { System } from '../../core/system/system.ts';
import { makeRunFolder } from '../stage/run-folder.ts';

const path = '/run/gandi/timeline.jsonl';

// Enough for a boot with all its disks and a day of changes; once there are twice as many, the old ones go.
const maximalEntries = 512;

/** One entry of `gandi-agent timeline --json`. */
export const timelineEntrySchema = z
  .object({
    sequence: z.number().describe('SEQNUM of the newest uevent that was handled'),
    firstSequence: z.number().nullable().default(null).describe('SEQNUM of the oldest'),
    diskSequence: z
      .number()
      .nullable()
      .default(null)
      .describe(
        'DISKSEQ: tells a disk that was plugged again from the one that had its name before; null for what is not a disk',
      ),
    handler: z.string(),
    device: z.string().describe('path of the device, `/dev/sdb`'),
    action: z.string(),
    isSynthetic: z
      .boolean()
      .default(false)
      .describe(
        'somebody had the event replayed (udevadm trigger, gandi-mount); the device may have been there before',
      ),
    seenAt: z
      .number()
      .nullable()
      .default(null)
      .describe(
        'when udev met the device; null where it had met it before these events. All times are seconds since boot',
      ),
    spooledAt: z.number().describe("when udev's rules had put the oldest event into the spool"),
    startedAt: z.number(),
    endedAt: z.number(),
    events: z.number().describe('how many events were answered at once'),
    changed: z.array(z.string()),
    failures: z.array(z.string()),
  })
  .describe('one handling of one device: from the event to its end');

/** One handling of one device: from the event to its end. */
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** The newest entries, oldest first. A line that cannot be read is left out: a report of the past must keep nothing from going on. */
export async function readTimeline(system: System): Promise<TimelineEntry[]> {
  const lines = linesOf(await system.files.read(path)).slice(-maximalEntries);
  return lines.flatMap((line) => parseEntry(line) ?? []);
}

export interface Timeline {
  append(entry: TimelineEntry): Promise<void>;
}

/**
 * For the one process that writes it. Each entry is one line (https://jsonlines.org): to write all of them again for each of
 * hundreds of disks would take longer than to mount them.
 */
export function openTimeline(system: System): Timeline {
  let last: Promise<void> = Promise.resolve();
  let count: number | undefined;
  const write = async (entry: TimelineEntry) => {
    if (count === undefined || count >= 2 * maximalEntries) count = await makeRoom(system);
    await system.files.append(path, `${JSON.stringify(entry, wellFormed)}\n`, 0o644);
    count += 1;
  };
  return {
    append: (entry) => {
      const appended = last.then(() => write(entry));
      last = appended.catch(() => undefined);
      return appended;
    },
  };
}

/** @returns how many entries there are then */
async function makeRoom(system: System): Promise<number> {
  await makeRunFolder(system);
  const lines = linesOf(await system.files.read(path));
  if (lines.length < 2 * maximalEntries) return lines.length;
  const kept = lines.slice(-maximalEntries);
  await system.files.replace(path, `${kept.join('\n')}\n`, { mode: 0o644 });
  return kept.length;
}

function linesOf(text = ''): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function parseEntry(line: string): TimelineEntry | undefined {
  try {
    return timelineEntrySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
