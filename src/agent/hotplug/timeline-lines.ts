import type { TimelineEntry } from '../event/timeline.ts';

/**
 * The timeline for people. Columns: SEQNUM, when it was in the spool, how long udev's rules took, how long it waited
 * in the queue, how long the answer took, all together; then what happened to which device, and below what was done.
 */
export function renderTimeline(entries: readonly TimelineEntry[]): string[] {
  if (entries.length === 0) return ['no hotplug event in this boot'];
  const titles = ['seqnum', 'at', 'udev', 'queue', 'handling', 'total'].map((title) => title.padStart(width));
  return [`${titles.join('')}  event`, ...entries.flatMap((entry) => [renderEntry(entry), ...details(entry)])];
}

const width = 11;

function renderEntry(entry: TimelineEntry): string {
  const { sequence, firstSequence, spooledAt, startedAt, endedAt, seenAt, action, device, diskSequence } = entry;
  const isOne = firstSequence === null || firstSequence === sequence;
  const columns = [
    isOne ? String(sequence) : `${firstSequence}-${sequence}`,
    `${spooledAt.toFixed(2)} s`,
    seenAt === null ? '-' : milliseconds(spooledAt - seenAt),
    milliseconds(startedAt - spooledAt),
    milliseconds(endedAt - startedAt),
    milliseconds(endedAt - (seenAt ?? spooledAt)),
  ];
  const identity = diskSequence === null ? '' : ` (disk ${diskSequence})`;
  return `${columns.map((column) => column.padStart(width)).join('')}  ${action} ${device}${identity}`;
}

function details(entry: TimelineEntry): string[] {
  const indent = ' '.repeat(6 * width + 4);
  return [...entry.changed, ...entry.failures.map((failure) => `FAILED ${failure}`)].map((line) => indent + line);
}

/** The clock of the spool has hundredths of a second, so a difference may come out below nothing. */
function milliseconds(seconds: number): string {
  return `${Math.max(0, Math.round(seconds * 1000))} ms`;
}
