import type { TimelineEntry } from './timeline.ts';

/** What went wrong with a device and was not made good since. */
export interface OpenFailure {
  readonly device: string;
  readonly action: string;
  readonly diskSequence: number | null;
  /** Seconds since boot. */
  readonly endedAt: number;
  readonly failures: readonly string[];
}

/**
 * The failures of hotplug that no later event of the same device made good. That a disk was pulled while it was mounted stays: what
 * was lost with it is not made good by another disk.
 * @param entries oldest first
 */
export function openFailures(entries: readonly TimelineEntry[]): OpenFailure[] {
  return entries
    .filter(
      (entry, index) => entry.failures.length > 0 && !entries.slice(index + 1).some((later) => mends(later, entry)),
    )
    .map(({ device, action, diskSequence, endedAt, failures }) => ({
      device,
      action,
      diskSequence,
      endedAt,
      failures,
    }));
}

function mends(later: TimelineEntry, entry: TimelineEntry): boolean {
  const isSame =
    later.device === entry.device && later.diskSequence === entry.diskSequence && later.handler === entry.handler;
  return isSame && !isRemoval(entry);
}

function isRemoval({ action }: TimelineEntry): boolean {
  return action.split('+').includes('remove');
}
