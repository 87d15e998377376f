import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { loop } from '../action/loop.ts';
import type { Flags } from '../flags/flag-table.ts';
import { kinds } from './actions.ts';
import type { DiskFacts, Occasion } from './disk-facts.ts';
import { readDiskRecords } from './disk-records.ts';
import { findDisk } from './find-disk.ts';
import { observeDetach } from './observe-detach.ts';
import { observeDisk } from './observe-disk.ts';
import { planDisk } from './plan.ts';
import { planDetachNamed } from './plan-detach-named.ts';

/** Everything about the disk that a person named. @throws AgentError `disk.unknown`, `disk.ambiguous` */
export async function observeNamedDisk(
  system: System,
  flags: Flags,
  word: string,
  occasion: Occasion,
): Promise<DiskFacts> {
  return observeDevice(system, flags, await findNamed(system, word), occasion);
}

/** Mounts a disk because somebody asks for it, also one that was unmounted by hand. */
export async function attachDisk(system: System, flags: Flags, word: string): Promise<StepOutcome[]> {
  return attachDevice(system, flags, await findNamed(system, word));
}

/**
 * Unmounts a disk, or with a whole disk all its partitions, and releases it, so that it can be removed. Services that use
 * it are stopped. If a step fails, all is mounted and started again.
 * @param force unmounts it although programs use it: they keep their open files, and the disk, until they end
 * @throws AgentError `disk.busy` naming the programs, `disk.not-mounted`, `disk.unknown`, `disk.ambiguous`
 */
export async function detachDisk(system: System, flags: Flags, word: string, force: boolean): Promise<StepOutcome[]> {
  return detachDevice(system, flags, await findNamed(system, word), force);
}

/** As `detachDisk`, for callers that know the device: a word of theirs might be the name of another disk's folder. */
export async function detachDevice(
  system: System,
  flags: Flags,
  named: BlockDevice,
  force: boolean,
): Promise<StepOutcome[]> {
  const facts = await observeDetach(system, flags, named);
  const outcomes = await applySteps(planDetachNamed(facts, force), kinds, system);
  if (outcomes.every(({ failure }) => failure === null)) return outcomes;
  const devices = facts.targets.map(({ attached }) => attached.device);
  return [...outcomes, ...(await putBack(devices, flags, system))];
}

async function findNamed(system: System, word: string): Promise<BlockDevice> {
  return findDisk(word, await observeBlockDevices(system), await readDiskRecords(system));
}

async function observeDevice(
  system: System,
  flags: Flags,
  { name, path }: Pick<BlockDevice, 'name' | 'path'>,
  occasion: Occasion,
): Promise<DiskFacts> {
  return observeDisk(system, flags, name, await observeUdevProperties(system, path), occasion);
}

function attachDevice(system: System, flags: Flags, device: BlockDevice): Promise<StepOutcome[]> {
  const observe = () => observeDevice(system, flags, device, 'asked');
  return converge(loop({ observe, plan: (facts) => ({ steps: planDisk(facts, flags) }), kinds }), system);
}

async function putBack(devices: readonly BlockDevice[], flags: Flags, system: System): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const device of devices) outcomes.push(...(await attachDevice(system, flags, device).catch(() => [])));
  return outcomes;
}
