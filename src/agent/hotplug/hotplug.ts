import { describeError } from '../../core/error/agent-error.ts';
import { readFlags } from '../flags/read-flags.ts';
import { openTimeline, type Timeline } from '../event/timeline.ts';
import type { System } from '../../core/system/system.ts';
import { answerEvents } from './answer-events.ts';
import { handlerOf } from './handlers.ts';
import { readSpool, removeFromSpool, type SpooledEvent } from '../event/spool.ts';
import type { Turn } from '../event/turn.ts';
import { watchSpool } from './watch-spool.ts';
import { type Pause, startWork, type Work } from './work.ts';

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
  // What is worked on is in the spool until the end, and what was seen there may have been answered meanwhile.
  const taken = new WeakSet<SpooledEvent>();
  let waiting: SpooledEvent[] = [];
  let started = 0;
  let report = () => {};
  const spool = await watchSpool(system);
  try {
    for (;;) {
      const news = Promise.withResolvers<void>();
      report = news.resolve;
      waiting = await readSpool(system, waiting);
      const open = waiting.filter((event) => !taken.has(event));
      for (const batch of chooseBatches(open, working, lanesOf)) {
        started += 1;
        for (const event of batch.events) taken.add(event);
        const answerInTurn = (pause: Pause) => {
          const letOthersFirst = async () => {
            const before = started;
            await pause();
            return started > before;
          };
          return answer(batch, { summary, timeline, letOthersFirst }, system);
        };
        occupy(
          working,
          batch.lanes,
          startWork(nameOf(batch), answerInTurn, system, () => report()),
        );
      }
      for (const work of choosePaused(working)) work.goOn();
      if (working.size > 0) await Promise.race([news.promise, spool.changed()]);
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
  const { entry, hasFailed } = await answerEvents(events, letOthersFirst, system);
  await timeline.append(entry).catch((error: unknown) => system.journal.warn(`timeline: ${describeError(error)}`));
  for (const event of events) await removeFromSpool(system, event);
  summary.handled += 1;
  if (hasFailed) summary.failed += 1;
}
