import { kinds } from './actions.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { type Loop, loop } from '../action/loop.ts';
import { observeOnlineCpus } from '../facts/cpus-and-memory.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { NicSource } from '../network/nic-facts.ts';
import { readNicRecords } from '../network/nic-records.ts';
import { planNic } from '../network/plan-nic.ts';
import { planQueues } from '../network/plan-queues.ts';
import type { System } from '../../core/system/system.ts';
import { observeNicSource } from './nic-source.ts';
import { becomeOwnMachine } from './resumed-copy.ts';
import { observeAllNics, observeNicFacts } from '../network/observe-nic.ts';
import type { SpooledEvent } from '../event/spool.ts';
import type { Turn } from '../event/turn.ts';

/**
 * Drives one NIC to what it should be. What the platform says is read once: a config-drive has to be mounted for it. A NIC that is new
 * to a copy of a running machine first makes that a machine of its own.
 */
export async function handleNic(
  events: readonly SpooledEvent[],
  flags: Flags,
  system: System,
  { excuse }: Turn,
): Promise<StepOutcome[]> {
  const own = (await isNew(events, system)) ? await becomeOwnMachine(flags, system) : [];
  const source = await observeNicSource(system, flags);
  return [...own, ...(await converge(nicLoop(events, flags, system, source), system, excuse))];
}

/** udev tells of a NIC that is not new whenever somebody has it do so. */
async function isNew(events: readonly SpooledEvent[], system: System): Promise<boolean> {
  const added = events.findLast(({ action }) => action === 'add');
  if (added === undefined) return false;
  return !(await readNicRecords(system)).some(({ index }) => index === Number(added.properties.IFINDEX));
}

/**
 * What is done about one NIC; the events say only which one is to be looked at.
 * @param known what the platform says, where that was read already
 */
export function nicLoop(events: readonly SpooledEvent[], flags: Flags, system: System, known?: NicSource): Loop {
  const newest = events.at(-1);
  return loop({
    observe: async () => {
      if (newest === undefined) return undefined;
      return observeNicFacts(system, flags, nicOf(newest), known ?? (await observeNicSource(system, flags)));
    },
    plan: (facts) => ({ steps: facts === undefined ? [] : planNic(facts, flags) }),
    kinds,
  });
}

/** One NIC, and the name: another NIC may have it already, whose files are the same. */
export function nicLanes(event: SpooledEvent): string[] {
  return [`nic ${event.properties.IFINDEX ?? event.devicePath}`, `link ${nameOf(event)}`];
}

/** A CPU came online: the queues of every NIC follow. */
export function cpuLoop(_: readonly SpooledEvent[], flags: Flags, system: System): Loop {
  return loop({
    observe: async () => ({ cpus: await observeOnlineCpus(system), nics: await observeAllNics(system) }),
    plan: ({ cpus, nics }) => ({ steps: nics.flatMap((nic) => planQueues(nic, cpus, flags)) }),
    kinds,
  });
}

export function cpuLanes(): string[] {
  return ['queues'];
}

/** Which NIC an event is about. */
export function nicOf(event: SpooledEvent): { readonly name: string; readonly index: number } {
  return { name: nameOf(event), index: Number(event.properties.IFINDEX) };
}

function nameOf({ properties, devicePath }: SpooledEvent): string {
  return properties.INTERFACE ?? devicePath.split('/').at(-1) ?? devicePath;
}
