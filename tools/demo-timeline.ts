import { z } from 'zod';
import type { Guest } from '../lab/guest.ts';
import { type Page, seconds } from './demo-page.ts';

const status = z.object({
  stages: z.record(z.string(), z.object({ startedAt: z.number(), endedAt: z.number(), changed: z.array(z.string()) })),
});

const timeline = z.array(
  z.object({
    device: z.string(),
    action: z.string(),
    spooledAt: z.number(),
    startedAt: z.number(),
    endedAt: z.number(),
    changed: z.array(z.string()),
  }),
);

interface Entry {
  readonly at: number;
  readonly waited?: number;
  readonly took: number;
  readonly what: string;
  readonly changes: readonly string[];
}

/** Prints all that the agent did in this guest, in the order of time, with how long it waited and took. */
export async function showTimeline(page: Page, guest: Guest): Promise<void> {
  const { stages } = status.parse(JSON.parse((await guest.run('gandi-agent status --json')).stdout));
  const events = timeline.parse(JSON.parse(await guest.expect('gandi-agent timeline --json')).events);
  const entries: Entry[] = [
    ...Object.entries(stages).map(([what, { startedAt, endedAt, changed }]) => {
      return { at: startedAt, took: endedAt - startedAt, what, changes: changed };
    }),
    ...events.map(({ spooledAt, startedAt, endedAt, action, device, changed }) => {
      const times = { at: spooledAt, waited: startedAt - spooledAt, took: endedAt - startedAt };
      return { ...times, what: `${action} ${device}`, changes: changed };
    }),
  ];
  page.heading('Timeline of the guest, in seconds since its boot');
  page.table(['at', 'waited', 'took', ''], entries.toSorted((a, b) => a.at - b.at).flatMap(rows));
}

function rows({ at, waited, took, what, changes }: Entry): string[][] {
  const times = [seconds(at), waited === undefined ? '' : seconds(waited), seconds(took)];
  const details = changes.length === 0 ? ['nothing to do'] : changes;
  return [[...times, what], ...details.map((detail) => ['', '', '', `  ${detail}`])];
}
