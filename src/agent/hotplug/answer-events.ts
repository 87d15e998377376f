import { describeError } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { firstCode } from '../stage/exit-code-of.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { TimelineEntry } from '../event/timeline.ts';
import type { System } from '../../core/system/system.ts';
import { handlerOf } from './handlers.ts';
import { isGone } from '../event/is-gone.ts';
import type { SpooledEvent } from '../event/spool.ts';
import type { Turn } from '../event/turn.ts';

/** What came of the events of one device. */
export interface Answer {
  readonly entry: TimelineEntry;
  readonly hasFailed: boolean;
  /** Code of the first failure; null if nothing failed. */
  readonly failure: string | null;
}

/**
 * Does what follows from the events of one device. Never throws: what fails is in the answer and in the journal, and no
 * failure if the device went meanwhile.
 * @param events all that wait for it, oldest first; at least one
 */
export async function answerEvents(
  events: readonly SpooledEvent[],
  letOthersFirst: Turn['letOthersFirst'],
  system: System,
): Promise<Answer> {
  const startedAt = system.clock.monotonic();
  const outcomes = await handle(events, letOthersFirst, system);
  const failures = outcomes.filter(({ failure }) => failure !== null).map(({ failure }) => describeError(failure));
  const entry = describeEvents(events, outcomes, failures, startedAt, system.clock.monotonic());
  return { entry, hasFailed: failures.length > 0, failure: firstCode(outcomes) };
}

async function handle(
  events: readonly SpooledEvent[],
  letOthersFirst: Turn['letOthersFirst'],
  system: System,
): Promise<StepOutcome[]> {
  const excuse = () => excuseOf(events, system);
  const step = 'look at the device';
  try {
    const [first] = events;
    if (first === undefined) return [];
    const flags = await readFlags(system);
    const { loop, handle: handleMore } = handlerOf(first);
    if (handleMore !== undefined) return await handleMore(events, flags, system, { excuse, letOthersFirst });
    return await converge(loop(events, flags, system), system, excuse);
  } catch (failure) {
    const device = events[0]?.properties.DEVNAME ?? events[0]?.devicePath;
    const excused = await excuse();
    if (excused !== undefined) {
      system.journal.info(`${events[0]?.devicePath}: ${excused}`, { device });
      return [{ step, changed: [], failure: null, skipped: true, excuse: excused }];
    }
    system.journal.error(`${events[0]?.devicePath}: ${describeError(failure)}`, { device });
    return [{ step, changed: [], failure, skipped: false }];
  }
}

/**
 * A device may go while it is looked at or worked on: an event is only a hint, and this one is out of date. What
 * is left to do is the answer to its removal, whose own event follows; once that one is here, failures are failures.
 */
async function excuseOf(events: readonly SpooledEvent[], system: System): Promise<string | undefined> {
  const newest = events.at(-1);
  if (newest === undefined || newest.action === 'remove') return undefined;
  return (await isGone(newest, system)) ? 'the device went meanwhile, so this was not done' : undefined;
}

/**
 * The line of the timeline.
 * @param events all that waited for one device, oldest first
 * @param failures in words
 * @param startedAt seconds since boot, as is `endedAt`
 */
export function describeEvents(
  events: readonly SpooledEvent[],
  outcomes: readonly StepOutcome[],
  failures: readonly string[],
  startedAt: number,
  endedAt: number,
): TimelineEntry {
  const [oldest] = events;
  const newest = events.at(-1);
  return {
    sequence: newest?.sequence ?? 0,
    firstSequence: oldest?.sequence ?? null,
    diskSequence: numberOrNull(newest?.properties.DISKSEQ),
    isSynthetic: oldest?.properties.SYNTH_UUID !== undefined,
    seenAt: seenAt(oldest),
    handler: newest?.handler ?? '',
    device: newest?.properties.DEVNAME ?? newest?.devicePath ?? '',
    action: [...new Set(events.map((event) => event.action))].join('+'),
    spooledAt: oldest?.spooledAt ?? startedAt,
    startedAt,
    endedAt,
    events: events.length,
    changed: outcomes.flatMap(({ changed, excuse }) => [...changed, ...(excuse === undefined ? [] : [excuse])]),
    failures: [...outcomes.flatMap(({ problem }) => problem ?? []), ...failures],
  };
}

/** udev sets USEC_INITIALIZED once in a device's life: it says when its first event came, and nothing about later ones. */
function seenAt(event: SpooledEvent | undefined): number | null {
  const microseconds = numberOrNull(event?.properties.USEC_INITIALIZED);
  return event?.action === 'add' && microseconds !== null ? microseconds / 1e6 : null;
}

function numberOrNull(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
