import { describeError } from '../../core/error/agent-error.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { isRunBySystemd, type System } from '../../core/system/system.ts';
import { applySteps } from '../action/apply-steps.ts';
import { areFoldersProtected } from '../disk/protect-assigned-folders.ts';
import { peekIntoSpool, removeFromSpool, type SpooledEvent } from '../event/spool.ts';
import { openTimeline } from '../event/timeline.ts';
import { readFlags } from '../flags/read-flags.ts';
import { kinds, type Step } from '../network/actions.ts';
import { observeNicFacts } from '../network/observe-nic.ts';
import { planSettled } from '../network/plan-settled.ts';
import { describeEvents } from './answer-events.ts';
import { nicOf } from './nic.ts';
import { observeNicSource } from './nic-source.ts';

/**
 * Answers the events that wait, where all of them are of NICs that are as they should be: udev tells of each NIC in each boot. The
 * hotplug service finds an empty spool then, and does not start the agent for it (libexec/start-stage). Only for the end of
 * `bootstrap`, which that service waits for.
 */
export async function settleNics(system: System): Promise<void> {
  if (!(await isRunBySystemd(system))) return;
  try {
    // The service tells itself of what is wrong with its flags and files.
    const settled = await observeSettled({ ...system, journal: silentJournal });
    for (const nic of settled ?? []) await remember(nic, system);
  } catch (error) {
    system.journal.debug(`NICs: left to the hotplug service: ${describeError(error)}`);
  }
}

/** A NIC that is as it should be. */
interface SettledNic {
  /** All that wait for it, oldest first; at least one. */
  readonly events: readonly SpooledEvent[];
  /** What remembers it. */
  readonly steps: readonly Step[];
}

/** Undefined where nothing waits, and where the service has more to do than to remember NICs. The last thing it does are the folders of assigned disks. */
async function observeSettled(system: System): Promise<SettledNic[] | undefined> {
  const waiting = await peekIntoSpool(system);
  if (waiting.length === 0 || !waiting.every(({ handler, action }) => handler === 'nic' && action !== 'remove'))
    return undefined;
  const flags = await readFlags(system);
  if (!(await areFoldersProtected(system, flags))) return undefined;
  const source = await observeNicSource(system, flags);
  const settled: SettledNic[] = [];
  for (const events of Map.groupBy(waiting, ({ devicePath }) => devicePath).values()) {
    const newest = events.at(-1);
    if (newest === undefined) continue;
    const steps = planSettled(await observeNicFacts(system, flags, nicOf(newest), source), flags);
    if (steps === undefined) return undefined;
    settled.push({ events, steps });
  }
  return settled;
}

async function remember({ events, steps }: SettledNic, system: System): Promise<void> {
  const startedAt = system.clock.monotonic();
  const outcomes = await applySteps(steps, kinds, system);
  if (outcomes.some(({ failure }) => failure !== null)) return;
  await openTimeline(system).append(describeEvents(events, outcomes, [], startedAt, system.clock.monotonic()));
  for (const event of events) await removeFromSpool(system, event);
}
