import type { SpooledEvent } from '../event/spool.ts';
import type { Turn } from '../event/turn.ts';
import type { Alarm } from './alarm.ts';
import { News } from './news.ts';
import { type Pause, Work } from './work.ts';

// One hung disk must not delay the others, and a burst of disks must not start a hundred processes. Those that let others go
// first do not count.
const maximalDevicesAtOnce = 4;

/** How many devices were looked at, and with how many something failed. */
export interface HotplugSummary {
  readonly handled: number;
  readonly failed: number;
}

export interface SchedulerOptions {
  readonly alarm: Alarm;
  /** What may not be worked on at the same time as anything else of these names; asked once for each event. */
  readonly lanesOf: (event: SpooledEvent) => readonly string[];
  /**
   * Answers the events of one device, oldest first. Never rejected.
   * @returns whether something failed
   */
  readonly answer: (events: readonly SpooledEvent[], letOthersFirst: Turn['letOthersFirst']) => Promise<boolean>;
  /** A device is worked on for so long that it seems to hang; it gives its place to others. */
  readonly onSlow: (device: string) => void;
}

/** Events of one device, oldest first, that are answered together. */
interface Batch {
  readonly lanes: readonly string[];
  readonly events: readonly SpooledEvent[];
}

/**
 * Decides which device's events are answered when, from the first event to the last. Events of one device are answered together,
 * and what shares a lane one after the other, in the order in which it came. What can wait of an answer waits until no device is
 * left whose turn did not come: with many disks, none is mounted later because another is grown.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #news = new News();
  /** Work in progress, by the lanes that it occupies. */
  readonly #working = new Map<string, Work>();
  /** An answered event is in the spool until the end, and may be offered once more. */
  readonly #taken = new WeakSet<SpooledEvent>();
  /** An event does not change: with hundreds of them waiting, each is taken apart once. */
  readonly #lanes = new WeakMap<SpooledEvent, readonly string[]>();
  #started = 0;
  #handled = 0;
  #failed = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Starts what can start, and lets go on what paused where there are places left. @param events all that wait, oldest first */
  offer(events: readonly SpooledEvent[]): void {
    const open = events.filter((event) => !this.#taken.has(event));
    for (const batch of this.#chooseBatches(open)) this.#start(batch);
    for (const work of this.#choosePaused()) work.goOn();
  }

  /** To be asked before each look at what waits: resolves once something else may start or go on. */
  news(): Promise<void> {
    return this.#news.next();
  }

  isIdle(): boolean {
    return this.#working.size === 0;
  }

  summary(): HotplugSummary {
    return { handled: this.#handled, failed: this.#failed };
  }

  /** The batches that can start now: none of their lanes is being worked on, and no more than the limit. */
  #chooseBatches(events: readonly SpooledEvent[]): Batch[] {
    const busy = new Set(this.#working.keys());
    const inProgress = this.#countRunning();
    const chosen: Batch[] = [];
    for (const group of Map.groupBy(events, ({ handler, devicePath }) => `${handler} ${devicePath}`).values()) {
      if (inProgress + chosen.length >= maximalDevicesAtOnce) break;
      const lanes = [...new Set(group.flatMap((event) => this.#lanesOf(event)))];
      const isFree = lanes.every((lane) => !busy.has(lane));
      if (isFree) chosen.push({ lanes, events: group });
      // Even one that cannot start keeps its lanes: what came later must not overtake it.
      for (const lane of lanes) busy.add(lane);
    }
    return chosen;
  }

  #start(batch: Batch): void {
    this.#started += 1;
    for (const event of batch.events) this.#taken.add(event);
    const { alarm, onSlow } = this.#options;
    const work = new Work((pause) => this.#answer(batch, pause), {
      alarm,
      onNews: () => this.#news.tell(),
      onSlow: () => onSlow(nameOf(batch)),
    });
    for (const lane of batch.lanes) this.#working.set(lane, work);
    work.done.finally(() => {
      for (const lane of batch.lanes) this.#working.delete(lane);
      this.#news.tell();
    });
  }

  async #answer({ events }: Batch, pause: Pause): Promise<void> {
    const letOthersFirst = async () => {
      const before = this.#started;
      await pause();
      return this.#started > before;
    };
    const hasFailed = await this.#options.answer(events, letOthersFirst);
    this.#handled += 1;
    if (hasFailed) this.#failed += 1;
  }

  /** Those that go on in the places that are left. */
  #choosePaused(): Work[] {
    const paused = [...this.#works()].filter((work) => work.state === 'paused');
    return paused.slice(0, Math.max(0, maximalDevicesAtOnce - this.#countRunning()));
  }

  #countRunning(): number {
    return [...this.#works()].filter((work) => work.state === 'running').length;
  }

  /** Each once, though it has several lanes. */
  #works(): Set<Work> {
    return new Set(this.#working.values());
  }

  #lanesOf(event: SpooledEvent): readonly string[] {
    const lanes = this.#lanes.get(event) ?? this.#options.lanesOf(event);
    this.#lanes.set(event, lanes);
    return lanes;
  }
}

function nameOf({ events }: Batch): string {
  return events[0]?.properties.DEVNAME ?? events[0]?.devicePath ?? '';
}
