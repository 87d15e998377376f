import { z } from 'zod';
import type { System } from '../system/system.ts';

const path = '/run/gandi/timeline.json';

// Enough for a boot with all its disks and a day of changes; old entries go first.
const maximalEntries = 512;

const schema = z.object({
  /** SEQNUM of the newest uevent that was handled. */
  sequence: z.number(),
  /** SEQNUM of the oldest. */
  firstSequence: z.number().nullable().default(null),
  /** DISKSEQ: tells a disk that was plugged again from the one that had its name before. null for what is no disk. */
  diskSequence: z.number().nullable().default(null),
  handler: z.string(),
  /** Path of the device, `/dev/sdb`. */
  device: z.string(),
  action: z.string(),
  /** When udev met the device, USEC_INITIALIZED; null where it had met it before these events. */
  seenAt: z.number().nullable().default(null),
  /** All times in seconds since boot; this one is when udev's rules had put the oldest event into the spool. */
  spooledAt: z.number(),
  startedAt: z.number(),
  endedAt: z.number(),
  /** How many events were answered at once. */
  events: z.number(),
  changed: z.array(z.string()),
  failures: z.array(z.string()),
});

/** One handling of one device: from the event to its end. */
export type TimelineEntry = z.infer<typeof schema>;

export async function readTimeline(system: System): Promise<TimelineEntry[]> {
  const text = await system.files.read(path);
  if (text === undefined) return [];
  try {
    return z.array(schema).parse(JSON.parse(text));
  } catch {
    // A report of the past: losing it must not keep the next disk from being mounted.
    return [];
  }
}

export interface Timeline {
  append(entry: TimelineEntry): Promise<void>;
}

/** For the one process that writes it. Entries are appended one after the other, as each rewrites the file. */
export function openTimeline(system: System): Timeline {
  let last: Promise<void> = Promise.resolve();
  // Read once: to parse it for each of hundreds of disks would take longer than to mount them.
  let entries: TimelineEntry[] | undefined;
  const write = async (entry: TimelineEntry) => {
    entries = [...(entries ?? (await readTimeline(system))), entry].slice(-maximalEntries);
    await system.files.makeDirectory('/run/gandi', 0o700);
    await system.files.replace(path, `${JSON.stringify(entries)}\n`, { mode: 0o600 });
  };
  return {
    append: (entry) => {
      const appended = last.then(() => write(entry));
      last = appended.catch(() => undefined);
      return appended;
    },
  };
}
