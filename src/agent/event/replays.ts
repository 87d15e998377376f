import type { TimelineEntry } from './timeline.ts';

// udevd gives up on an event after 180 s; what it met longer ago than a minute before a replay is a device of before.
const longestLookSeconds = 60;

/**
 * The entries without what a replayed event says of udev: USEC_INITIALIZED is the moment when udev first met the device, maybe hours
 * before the event was replayed, and says nothing of how long its rules took this time.
 * @param entries oldest first
 */
export function withoutReplays(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const met = new Set<string>();
  return entries.map((entry) => {
    const { isSynthetic, seenAt, spooledAt, device, diskSequence } = entry;
    const key = `${device} ${diskSequence}`;
    const isKnown = met.has(key);
    met.add(key);
    const isReplay = isSynthetic && (isKnown || (seenAt !== null && spooledAt - seenAt > longestLookSeconds));
    return isReplay ? { ...entry, seenAt: null } : entry;
  });
}
