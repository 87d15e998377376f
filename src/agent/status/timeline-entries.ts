import { basename } from 'node:path';
import type { TimelineReport } from './timeline-report.ts';

/** A stage or the handling of a device, as a table or a picture has it; times are seconds since boot. */
export interface Moment {
  readonly what: string;
  /** When it began: udev's look at the device, the event in the spool, the stage. */
  readonly at: number;
  /** Seconds in which udev's rules ran; null where that is not known, or does not apply. */
  readonly udev: number | null;
  /** Seconds in the spool; null for a stage. */
  readonly queue: number | null;
  /** Seconds of work; null while it goes on. */
  readonly took: number | null;
  readonly changed: readonly string[];
  readonly failures: readonly string[];
}

/** All that is in the report, in the order of time. */
export function momentsOf({ stages, events }: TimelineReport): Moment[] {
  const runs = Object.entries(stages).flatMap(([name, { first, ...last }]) =>
    [first, last].flatMap((run) => (run === null ? [] : [{ name, ...run }])),
  );
  const ofStages = runs.map(({ name, startedAt, endedAt, changed, failures }): Moment => {
    const said = failures.map(({ step, message }) => `${step}: ${message}`);
    const took = endedAt === null ? null : endedAt - startedAt;
    return { what: name, at: startedAt, udev: null, queue: null, took, changed, failures: said };
  });
  const ofEvents = events.map((entry): Moment => {
    const { action, device, seenAt, spooledAt, startedAt, endedAt, changed, failures } = entry;
    return {
      what: `${action} ${shortName(device)}`,
      at: seenAt ?? spooledAt,
      // The clock of the spool has hundredths of a second, so a difference may come out below nothing.
      udev: seenAt === null ? null : Math.max(0, spooledAt - seenAt),
      queue: Math.max(0, startedAt - spooledAt),
      took: endedAt - startedAt,
      changed,
      failures,
    };
  });
  return [...ofStages, ...ofEvents].sort((a, b) => a.at - b.at);
}

/** `enp0s14` of `/devices/…/net/enp0s14`: what is above it says nothing to a person. */
function shortName(device: string): string {
  return device.startsWith('/devices/') ? basename(device) : device;
}

/** From the first that is known of it to its end, in seconds. */
export function totalOf({ udev, queue, took }: Moment): number {
  return (udev ?? 0) + (queue ?? 0) + (took ?? 0);
}
