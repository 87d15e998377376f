import type { Excuse, StepOutcome } from '../apply/apply-steps.ts';
import { converge } from '../converge.ts';
import { observeCpusAndMemory } from '../facts/cpus-and-memory.ts';
import type { Flags } from '../flags/flag-table.ts';
import { planNic } from '../network/plan-nic.ts';
import { planQueues } from '../network/plan-queues.ts';
import type { System } from '../system/system.ts';
import { observeAllNics, observeNicFacts } from './observe-nic.ts';
import type { SpooledEvent } from './spool.ts';

/** Drives one NIC to what it should be; the events say only which one is to be looked at. */
export function handleNic(
  events: readonly SpooledEvent[],
  flags: Flags,
  system: System,
  excuse: Excuse,
): Promise<StepOutcome[]> {
  const newest = events.at(-1);
  if (newest === undefined) return Promise.resolve([]);
  const event = { name: nameOf(newest), index: Number(newest.properties.IFINDEX) };
  return converge(async () => planNic(await observeNicFacts(system, flags, event), flags), system, excuse);
}

/** One NIC, and the name: another NIC may have it already, whose files are the same. */
export function nicLanes(event: SpooledEvent): string[] {
  return [`nic ${event.properties.IFINDEX ?? event.devicePath}`, `link ${nameOf(event)}`];
}

/** A CPU came online: the queues of every NIC follow. */
export function handleCpu(
  _: readonly SpooledEvent[],
  flags: Flags,
  system: System,
  excuse: Excuse,
): Promise<StepOutcome[]> {
  const observeAndPlan = async () => {
    const { onlineCpus } = await observeCpusAndMemory(system);
    return (await observeAllNics(system)).flatMap((nic) => planQueues(nic, onlineCpus, flags));
  };
  return converge(observeAndPlan, system, excuse);
}

export function cpuLanes(): string[] {
  return ['queues'];
}

function nameOf({ properties, devicePath }: SpooledEvent): string {
  return properties.INTERFACE ?? devicePath.split('/').at(-1) ?? devicePath;
}
