import { basename } from 'node:path';
import { describeError } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';
import { protectAssignedFolders } from '../disk/protect-assigned-folders.ts';
import { readSpool, removeFromSpool, type SpooledEvent } from '../event/spool.ts';
import { openTimeline, type Timeline } from '../event/timeline.ts';
import type { Turn } from '../event/turn.ts';
import { beginTelling, type Telling } from '../host-port/tell-host.ts';
import { readFlags } from '../flags/read-flags.ts';
import { type Alarm, alarm } from './alarm.ts';
import { answerEvents } from './answer-events.ts';
import { handlerOf } from './handlers.ts';
import { type HotplugSummary, Scheduler } from './scheduler.ts';
import { type SpoolWatch, watchSpool } from './watch-spool.ts';
import { slowSeconds } from './work.ts';

export type { HotplugSummary };

/** How the loop comes to know that time passed, or that there is something new in the spool. */
export interface Waiting {
  readonly alarm: Alarm;
  readonly watchSpool: (system: System) => Promise<SpoolWatch>;
}

/**
 * Answers every event in the spool and those that come while it works, then waits a little for more and returns.
 * An event leaves the spool only after it was acted on; one whose handling fails is reported and leaves it too, as
 * trying for ever would keep all others waiting.
 */
export async function hotplug(system: System, waiting: Waiting = { alarm, watchSpool }): Promise<HotplugSummary> {
  const timeline = openTimeline(system);
  const scheduler = new Scheduler({
    alarm: waiting.alarm,
    lanesOf: (event) => handlerOf(event).lanes(event),
    answer: (events, letOthersFirst) => answer(events, letOthersFirst, timeline, system),
    onSlow: (device) => tellSlow(device, system),
  });
  const spool = await waiting.watchSpool(system);
  let events: SpooledEvent[] = [];
  try {
    for (;;) {
      const news = scheduler.news();
      const change = spool.change();
      events = await readSpool(system, events);
      scheduler.offer(events);
      if (!scheduler.isIdle()) await Promise.race([news, change]);
      else if (!(await spool.isInTime(change, (await readFlags(system)).CONFIG_HOTPLUG_LINGER))) {
        await protectFolders(system);
        return scheduler.summary();
      }
    }
  } finally {
    await spool.close();
  }
}

/** Last, as no disk waits for it. What fails is in the journal, and is tried again at the end of the next run. */
async function protectFolders(system: System): Promise<void> {
  await protectAssignedFolders(system, await readFlags(system)).catch((error: unknown) =>
    system.journal.warn(`folders of assigned disks: ${describeError(error)}`),
  );
}

/** @returns whether something failed */
async function answer(
  events: readonly SpooledEvent[],
  letOthersFirst: Turn['letOthersFirst'],
  timeline: Timeline,
  system: System,
): Promise<boolean> {
  const tell = await beginTellingOf(events, system);
  const { entry, hasFailed, failure } = await answerEvents(events, letOthersFirst, system);
  await tell(failure);
  await timeline.append(entry).catch((error: unknown) => system.journal.warn(`timeline: ${describeError(error)}`));
  for (const event of events) await removeFromSpool(system, event);
  return hasFailed;
}

/** Only for events of disks: the platform is told of nothing else. */
async function beginTellingOf(events: readonly SpooledEvent[], system: System): Promise<Telling> {
  const [oldest, newest] = [events[0], events.at(-1)];
  const isDisk = oldest !== undefined && handlerOf(oldest) === handlerOf({ ...oldest, handler: 'disk' });
  if (!isDisk || newest === undefined) return () => Promise.resolve();
  const { devicePath, spooledAt } = oldest;
  // What fails is of the disk that has the name now.
  const { properties } = newest;
  const sequence = /^\d+$/.test(properties.DISKSEQ ?? '') ? Number(properties.DISKSEQ) : null;
  const disk = { kernelName: basename(devicePath), diskSequence: sequence, startedAt: spooledAt };
  return beginTelling(system, disk);
}

function tellSlow(device: string, { journal }: System): void {
  const problem = `still waiting after ${slowSeconds} s: the device is slow or hangs`;
  journal.warn(`${device}: ${problem}; work on it continues when it responds, and other devices do not wait`, {
    device,
  });
}
