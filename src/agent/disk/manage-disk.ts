import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { loop } from '../action/loop.ts';
import { kinds } from './actions.ts';
import { readDiskRecords } from './disk-records.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../../core/system/system.ts';
import type { DiskFacts, Occasion } from './disk-facts.ts';
import { findDisk } from './find-disk.ts';
import { observeDetach } from './observe-detach.ts';
import { observeDisk } from './observe-disk.ts';
import { planDetachNamed } from './plan-detach-named.ts';
import { planDisk } from './plan.ts';

/** Everything about the disk that a person named. @throws AgentError `disk.unknown` */
export async function observeNamedDisk(
  system: System,
  flags: Flags,
  word: string,
  occasion: Occasion,
): Promise<DiskFacts> {
  const device = findDisk(word, await observeBlockDevices(system), await readDiskRecords(system));
  return observeDisk(system, flags, device.name, await observeUdevProperties(system, device.path), occasion);
}

/** Mounts a disk because somebody asks for it, also one that was unmounted by hand. */
export async function attachDisk(system: System, flags: Flags, word: string): Promise<StepOutcome[]> {
  const { kernelName } = await observeNamedDisk(system, flags, word, 'asked');
  const observe = () => observeNamedDisk(system, flags, kernelName, 'asked');
  return converge(loop({ observe, plan: (facts) => ({ steps: planDisk(facts, flags) }), kinds }), system);
}

/**
 * Unmounts a disk, or with a whole disk all its partitions, and releases it, so that it can be pulled. Services that use
 * it are stopped. If a step fails, all is mounted and started again.
 * @param force unmounts it although programs use it: they keep their open files, and the disk, until they end
 * @throws AgentError `disk.busy` naming the programs, `disk.not-mounted`, `disk.unknown`
 */
export async function detachDisk(system: System, flags: Flags, word: string, force: boolean): Promise<StepOutcome[]> {
  const facts = await observeDetach(system, flags, word);
  const outcomes = await applySteps(planDetachNamed(facts, force), kinds, system);
  if (outcomes.every(({ failure }) => failure === null)) return outcomes;
  const names = facts.targets.map((target) => target.facts.kernelName);
  return [...outcomes, ...(await putBack(names, flags, system))];
}

async function putBack(names: readonly string[], flags: Flags, system: System): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const name of names) outcomes.push(...(await attachDisk(system, flags, name).catch(() => [])));
  return outcomes;
}
