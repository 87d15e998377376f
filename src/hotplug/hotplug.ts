import { describeError } from '../agent-error.ts';
import type { StepOutcome } from '../apply/apply-steps.ts';
import { converge } from '../converge.ts';
import { readFlags } from '../flags/read-flags.ts';
import { openTimeline, type Timeline, type TimelineEntry } from '../state/timeline.ts';
import type { System } from '../system/system.ts';
import { handlerOf } from './handlers.ts';
import type { Turn } from './turn.ts';
import { isGone } from './is-gone.ts';
import { readSpool, removeFromSpool, type SpooledEvent } from './spool.ts';
import { watchSpool } from './watch-spool.ts';
import { startWork, type Work } from './work.ts';

// One hung disk must not delay the others, and a burst of disks must not start a hundred processes. Those that let others go
// first do not count.
const maximalDevicesAtOnce = 4;

/** Events of one device, oldest first, that are answered together. */
interface Batch {
  readonly lanes: readonly string[];
  readonly events: readonly SpooledEvent[];
}

/** The lanes of an event that waits; asked for at every look at what can start. */
type LanesOf = (event: SpooledEvent) => readonly string[];

/** Work in progress, by the lanes that it occupies. */
type Working = Map<string, Work>;

/** How many devices were looked at, and with how many something failed. */
export interface HotplugSummary {
  readonly handled: number;
  readonly failed: number;
}

type Summary = { -readonly [Key in keyof HotplugSummary]: number };

/**
 * Answers every event in the spool and those that come while it works, then waits a little for more and returns.
 * An event leaves the spool only after it was acted on; one whose handling fails is reported and leaves it too, as
 * trying for ever would keep all others waiting. What can wait of an answer waits until no device is left whose turn did
 * not come: with many disks, none is mounted later because another is grown.
 */
export async function hotplug(system: System): Promise<HotplugSummary> {
  const summary = { handled: 0, failed: 0 };
  const working: Working = new Map();
  const timeline = openTimeline(system);
  const lanesOf = lanesOnce();
  // An answer may end between the look into the spool and the choice: its events are still in what was seen.
  const answered = new WeakSet<SpooledEvent>();
  let waiting: SpooledEvent[] = [];
  let started = 0;
  const spool = await watchSpool(system);
  try {
    for (;;) {
      waiting = await readSpool(system, waiting);
      const open = waiting.filter((event) => !answered.has(event));
      for (const batch of chooseBatches(open, working, lanesOf)) {
        started += 1;
        const work = startWork(
          nameOf(batch),
          async (pause) => {
            const letOthersFirst = async () => {
              const before = started;
              await pause();
              return started > before;
            };
            await answer(batch, { summary, timeline, letOthersFirst }, system);
            for (const event of batch.events) answered.add(event);
          },
          system,
        );
        occupy(working, batch.lanes, work);
      }
      for (const work of choosePaused(working)) work.goOn();
      const news = [...worksOf(working)].map((work) => work.news());
      if (news.length > 0) await Promise.race([...news, spool.changed()]);
      else if (!(await spool.changedWithin((await readFlags(system)).CONFIG_HOTPLUG_LINGER))) return summary;
    }
  } finally {
    await spool.close();
  }
}

/** An event does not change: with hundreds of them waiting, each is taken apart once. */
function lanesOnce(): LanesOf {
  const known = new WeakMap<SpooledEvent, readonly string[]>();
  return (event) => {
    const lanes = known.get(event) ?? handlerOf(event).lanes(event);
    known.set(event, lanes);
    return lanes;
  };
}

/** The batches that can start now: none of their lanes is being worked on, and no more than the limit. */
function chooseBatches(events: readonly SpooledEvent[], working: Working, lanesOf: LanesOf): Batch[] {
  const busy = new Set(working.keys());
  const inProgress = countRunning(working);
  const chosen: Batch[] = [];
  for (const group of Map.groupBy(events, (event) => `${event.handler} ${event.devicePath}`).values()) {
    if (inProgress + chosen.length >= maximalDevicesAtOnce) break;
    const lanes = [...new Set(group.flatMap(lanesOf))];
    const isFree = lanes.every((lane) => !busy.has(lane));
    if (isFree) chosen.push({ lanes, events: group });
    // Even one that cannot start keeps its lanes: what came later must not overtake it.
    for (const lane of lanes) busy.add(lane);
  }
  return chosen;
}

/** Those that go on in the places that are left. */
function choosePaused(working: Working): Work[] {
  const paused = [...worksOf(working)].filter((work) => work.state() === 'paused');
  return paused.slice(0, Math.max(0, maximalDevicesAtOnce - countRunning(working)));
}

function countRunning(working: Working): number {
  return [...worksOf(working)].filter((work) => work.state() === 'running').length;
}

/** Each once, though it has several lanes. */
function worksOf(working: Working): Set<Work> {
  return new Set(working.values());
}

function nameOf({ events }: Batch): string {
  return events[0]?.properties.DEVNAME ?? events[0]?.devicePath ?? '';
}

function occupy(working: Working, lanes: readonly string[], work: Work): void {
  for (const lane of lanes) working.set(lane, work);
  work.done.finally(() => {
    for (const lane of lanes) working.delete(lane);
  });
}

/** What all answers share, and the way to let others go first. */
interface Around {
  readonly summary: Summary;
  readonly timeline: Timeline;
  readonly letOthersFirst: Turn['letOthersFirst'];
}

async function answer({ events }: Batch, around: Around, system: System): Promise<void> {
  const { summary, timeline, letOthersFirst } = around;
  const startedAt = system.clock.monotonic();
  const outcomes = await handle(events, letOthersFirst, system);
  const failures = outcomes.filter(({ failure }) => failure !== null).map(({ failure }) => describeError(failure));
  const entry = describeBatch(events, outcomes, failures, startedAt, system.clock.monotonic());
  await timeline.append(entry).catch((error: unknown) => system.journal.warn(`timeline: ${describeError(error)}`));
  for (const event of events) await removeFromSpool(system, event);
  summary.handled += 1;
  if (failures.length > 0) summary.failed += 1;
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
    const { plan, handle: handleMore } = handlerOf(first);
    if (handleMore !== undefined) return await handleMore(events, flags, system, { excuse, letOthersFirst });
    return await converge(() => plan(events, flags, system), system, excuse);
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
 * A device may go while it is looked at or worked on: an event is only a hint, and this one has come true no more. What
 * is left to do is the answer to its removal, whose own event follows; once that one is here, failures are failures.
 */
async function excuseOf(events: readonly SpooledEvent[], system: System): Promise<string | undefined> {
  const newest = events.at(-1);
  if (newest === undefined || newest.action === 'remove') return undefined;
  return (await isGone(newest, system)) ? 'the device went meanwhile, so this was not done' : undefined;
}

function describeBatch(
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
