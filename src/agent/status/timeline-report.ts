import { z } from 'zod';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { withoutReplays } from '../event/replays.ts';
import { readTimeline, timelineEntrySchema } from '../event/timeline.ts';
import { readStages, stagesSchema } from '../stage/status.ts';

/** What `gandi-agent timeline --json` prints. */
export const timelineReportSchema = z
  .object({
    version: z.literal(1),
    bootedAt: z.string().describe('by the wall clock as it is now, ISO 8601: what the seconds since boot count from'),
    stages: stagesSchema,
    events: z.array(timelineEntrySchema).describe('oldest first'),
  })
  .describe('when the agent did what in this boot');

export type TimelineReport = z.infer<typeof timelineReportSchema>;

/** What of the timeline is wanted. */
export interface TimelineFilter {
  /** Path or kernel name of a device, or the name of a stage; undefined for all. */
  readonly device: string | undefined;
  /** Seconds since boot. */
  readonly since: number;
}

export async function readTimelineReport(system: System, { device, since }: TimelineFilter): Promise<TimelineReport> {
  const { clock } = system;
  const names = device === undefined ? undefined : [device, `/dev/${device}`];
  const stages = Object.entries(await readStages(system)).filter(
    ([name, { startedAt }]) => (names?.includes(name) ?? true) && startedAt >= since,
  );
  const events = withoutReplays(await readTimeline(system)).filter(
    (entry) => (names?.includes(entry.device) ?? true) && entry.endedAt >= since,
  );
  return {
    version: 1,
    bootedAt: new Date(clock.now().getTime() - clock.monotonic() * 1000).toISOString(),
    stages: Object.fromEntries(stages),
    events,
  };
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

/**
 * `12:30`, `12:30:05` of today, or `10min` ago.
 * @returns seconds since boot
 * @throws AgentError `timeline.since`
 */
export function parseSince(text: string, now: Date, uptimeSeconds: number): number {
  const [, count, unit] = /^(\d{1,6}) ?(s|m|min|h|d)$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return uptimeSeconds - Number(count) * (unitSeconds[unit] ?? 0);
  const [, hours, minutes, seconds = '0'] = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) throw notATime(text);
  const at = new Date(now);
  at.setHours(Number(hours), Number(minutes), Number(seconds), 0);
  return uptimeSeconds - (now.getTime() - at.getTime()) / 1000;
}

function notATime(text: string): AgentError {
  return new AgentError('cannot take it for a time', {
    code: 'timeline.since',
    subject: text,
    remedy: 'give a time of today, such as 12:30, or how long ago: 30s, 10min, 2h, 1d',
    exitCode: ExitCode.badUsage,
  });
}
