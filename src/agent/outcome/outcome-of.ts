import type { StageStatus } from '../stage/status.ts';

/** What is posted; `detail` is for people. */
export interface PostedOutcome {
  readonly version: 1;
  readonly state: 'done' | 'failed';
  readonly detail: string | null;
}

/** Of a first boot; what happens to disks later says nothing about it. */
const stages = ['bootstrap', 'config', 'postboot'] as const;

const longestDetail = 1000;

/** What a first boot came to: failed if one of its stages did, with what each says. */
export function outcomeOf(ran: Readonly<Record<string, Pick<StageStatus, 'result' | 'failures'>>>): PostedOutcome {
  const failures = stages.flatMap((stage) => {
    const status = ran[stage];
    if (status === undefined || status.result === 'done') return [];
    const said = status.failures.map(({ message }) => message).join('; ');
    return [`${stage}: ${said === '' ? 'was cut off' : said}`];
  });
  if (failures.length === 0) return { version: 1, state: 'done', detail: null };
  return { version: 1, state: 'failed', detail: failures.join('; ').slice(0, longestDetail) };
}
