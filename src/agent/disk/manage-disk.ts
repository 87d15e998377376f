import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { loop } from '../action/loop.ts';
import { observeUdevRules } from '../facts/udev-rules.ts';
import type { Flags } from '../flags/flag-table.ts';
import { kinds } from './actions.ts';
import type { ListedDisk } from './describe-disk.ts';
import type { DiskFacts, Occasion } from './disk-facts.ts';
import { readDiskRecords } from './disk-records.ts';
import { findDisk } from './find-disk.ts';
import { observeGivenNames } from './given-names.ts';
import { lookAt } from './list-disks.ts';
import { observeDetach } from './observe-detach.ts';
import { observeDisk } from './observe-disk.ts';
import { planDisk } from './plan.ts';
import { protectAssignedFolders, releaseFolders } from './protect-assigned-folders.ts';
import { planDetachNamed } from './plan-detach-named.ts';
import { isLayered } from '../stack/stack.ts';
import { targetsToPutBack } from './put-back.ts';
import { type ReleasedDisk, removeReleasedDisk } from './released-disks.ts';

/** What was done about a disk by command, and what it is then. */
export interface Managed {
  /** The disk, or each of its partitions where it has some. */
  readonly disks: readonly ListedDisk[];
  readonly outcomes: readonly StepOutcome[];
}

/** What came of a detach. */
export interface Detached {
  readonly outcomes: readonly StepOutcome[];
  /** The whole disk was given up, so that it may be removed. */
  readonly isReleased: boolean;
}

/** The device that a person named, also one whose capacity the kernel has misread as 0. @throws AgentError `disk.unknown`, `disk.ambiguous` */
export async function findNamedDisk(system: System, word: string): Promise<BlockDevice> {
  const devices = await observeBlockDevices(system, true);
  return findDisk(word, devices, await readDiskRecords(system), await observeGivenNames(system, devices));
}

/**
 * Mounts a disk because somebody asks for it, also one that was unmounted by hand; of a partitioned disk each partition. One that
 * no rule marks, or that the system is on, is not touched and gets no record.
 * @throws AgentError `disk.unknown`, `disk.ambiguous`
 */
export async function attachDisk(system: System, flags: Flags, word: string): Promise<Managed> {
  const named = await findNamedDisk(system, word);
  const names = named.partitions.length > 0 ? named.partitions : [named.name];
  await releaseFolders(system, flags);
  const rules = await observeUdevRules(system);
  const look = (name: string) => lookAt({ name, path: `/dev/${name.replaceAll('!', '/')}` }, rules, system, flags);
  const disks: ListedDisk[] = [];
  const outcomes: StepOutcome[] = [];
  for (const name of names) {
    const before = await look(name);
    const isTouched = mayBeAttached(before);
    if (isTouched) outcomes.push(...(await attachDevice(system, flags, { name, path: before.device })));
    disks.push(isTouched ? await look(name) : before);
  }
  return { disks, outcomes: [...outcomes, ...(await protectAssignedFolders(system, flags))] };
}

/** The agent leaves what somebody else mounted, what no rule marks and what the system is on, even when asked. */
function mayBeAttached({ isMarked, state, isMountedByAgent, code }: ListedDisk): boolean {
  const isOthers = state === 'mounted' && !isMountedByAgent;
  return isMarked && !isOthers && code !== 'system-disk' && code !== 'mounting-is-off';
}

/** Has the kernel find a disk again that it let go of; udev then reports it as attached. */
export async function findAgain(system: System, disk: ReleasedDisk): Promise<StepOutcome[]> {
  const step = { name: `attach ${disk.device}`, actions: [{ kind: 'rescan-bus', disk } as const] };
  const outcomes = await applySteps([step], kinds, system);
  await removeReleasedDisk(system, disk);
  return outcomes;
}

/**
 * Unmounts a disk, or with a whole disk all its partitions, and releases it, so that it can be removed. Services that use
 * it are stopped. If a step fails, all is mounted and started again.
 * @param force unmounts it although programs use it: they keep their open files, and the disk, until they end
 * @throws AgentError `disk.busy` naming the programs, `disk.not-mounted`, `disk.unknown`, `disk.ambiguous`
 */
export async function detachDisk(system: System, flags: Flags, word: string, force: boolean): Promise<Detached> {
  const { outcomes, isReleased } = await detach(system, flags, await findNamedDisk(system, word), force);
  return { outcomes: [...outcomes, ...(await protectAssignedFolders(system, flags))], isReleased };
}

/** As `detachDisk`, for callers that know the device: a word of theirs might be the name of another disk's folder. */
export async function detachDevice(
  system: System,
  flags: Flags,
  named: BlockDevice,
  force: boolean,
): Promise<readonly StepOutcome[]> {
  return (await detach(system, flags, named, force)).outcomes;
}

async function detach(system: System, flags: Flags, named: BlockDevice, force: boolean): Promise<Detached> {
  const facts = await observeDetach(system, flags, named);
  const steps = planDetachNamed(facts, force);
  const isReleased = steps.some(({ actions }) => actions.some(({ kind }) => kind === 'release-disk'));
  const outcomes = await applySteps(steps, kinds, system);
  if (outcomes.every(({ failure }) => failure === null)) return { outcomes, isReleased };
  const left = targetsToPutBack(facts.targets, steps, outcomes, await readDiskRecords(system));
  // What was closed is opened again by what it lies on, and mounted once udev tells of it.
  const beneath = facts.layers.length === 0 ? [] : facts.family.filter(({ name }) => !isLayered(name));
  const devices = [...beneath, ...left.map(({ attached }) => attached.device)];
  return { outcomes: [...outcomes, ...(await putBack(devices, flags, system))], isReleased: false };
}

async function observeDevice(
  system: System,
  flags: Flags,
  { name, path }: Pick<BlockDevice, 'name' | 'path'>,
  occasion: Occasion,
): Promise<DiskFacts> {
  return observeDisk(system, flags, name, await observeUdevProperties(system, path), occasion);
}

function attachDevice(
  system: System,
  flags: Flags,
  device: Pick<BlockDevice, 'name' | 'path'>,
): Promise<StepOutcome[]> {
  const observe = () => observeDevice(system, flags, device, 'asked');
  return converge(loop({ observe, plan: (facts) => ({ steps: planDisk(facts, flags) }), kinds }), system);
}

async function putBack(devices: readonly BlockDevice[], flags: Flags, system: System): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const device of devices) outcomes.push(...(await attachDevice(system, flags, device).catch(() => [])));
  return outcomes;
}
