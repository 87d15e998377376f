import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { converge } from '../action/converge.ts';
import { loop } from '../action/loop.ts';
import { kinds } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { type MountUnit, observeMountUnits } from './mount-units.ts';
import { type MountUser, observeMountUsers } from './mount-users.ts';
import { isMountedFrom } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { Flags } from '../flags/flag-table.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { readDiskRecords } from './disk-records.ts';
import type { System } from '../../core/system/system.ts';
import type { AttachedDisk, DiskFacts, Occasion } from './disk-facts.ts';
import { findDisk } from './find-disk.ts';
import { mountOf } from './mount-of.ts';
import { observeDisk } from './observe-disk.ts';
import { planDetach, planRelease } from './plan-detach.ts';
import { planDisk } from './plan.ts';

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
 * Unmounts a disk, or with a whole disk all its partitions, and releases it, so that it can be pulled. Services that use
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
  const devices = await observeBlockDevices(system);
  const whole = named.parent ?? named.name;
  const family = devices.filter(({ name, parent }) => name === whole || parent === whole);
  const wanted = named.parent === null ? family : [named];
  const targets = await observeTargets(wanted, flags, system);
  if (targets.length === 0) throw notMounted(named.path);
  if (!force) for (const target of targets) await requireUnused(target, system);
  const isLast = isNothingElseMounted(targets, family);
  const steps = targets.flatMap(({ record, facts, units }) => planDetach(record, facts, units, isLast, force));
  const release = isLast ? targets.slice(0, 1).map(({ attached }) => planRelease(attached)) : [];
  const outcomes = await applySteps([...steps, ...release], kinds, system);
  if (outcomes.every(({ failure }) => failure === null)) return outcomes;
  return [...outcomes, ...(await putBack(targets, flags, system))];
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

/** One mounted file system that is to be detached. */
interface Target {
  readonly record: DiskRecord;
  readonly attached: AttachedDisk;
  readonly facts: DiskFacts;
  /** Running units that use it. */
  readonly units: readonly MountUnit[];
}

async function observeTargets(devices: readonly BlockDevice[], flags: Flags, system: System): Promise<Target[]> {
  const targets: Target[] = [];
  for (const device of devices) {
    const facts = await observeDevice(system, flags, device, 'changed');
    const { attached } = facts;
    const key = diskRecordKey(device.name, attached?.device.diskSequence ?? null);
    const record = facts.records.find((each) => each.key === key);
    if (attached === undefined || !record?.mountPoint) continue;
    if (mountOf(record, facts.mounts) === undefined && !record.onDemand) continue;
    targets.push({
      record,
      attached,
      facts,
      units: await observeMountUnits(system, record.mountPoint, record.services),
    });
  }
  return targets;
}

/** The whole disk is let go of only if nothing else of it is mounted, by whomever. */
function isNothingElseMounted(targets: readonly Target[], family: readonly BlockDevice[]): boolean {
  const others = family.filter(({ name }) => !targets.some(({ facts }) => facts.kernelName === name));
  const mounts = targets.flatMap(({ facts }) => facts.mounts);
  return !others.some((device) => mounts.some((mount) => isMountedFrom(mount, device)));
}

async function putBack(targets: readonly Target[], flags: Flags, system: System): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const { attached } of targets) {
    outcomes.push(...(await attachDevice(system, flags, attached.device).catch(() => [])));
  }
  return outcomes;
}

async function requireUnused({ record, units }: Target, system: System): Promise<void> {
  const mountPoint = record.mountPoint ?? '';
  const isOther = ({ pid, unit }: MountUser) => pid !== process.pid && !units.some(({ name }) => name === unit);
  const users = (await observeMountUsers(system, mountPoint)).filter(isOther);
  if (users.length === 0) return;
  const names = users.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  throw new AgentError(`cannot detach it: it is used by ${names}`, {
    code: 'disk.busy',
    subject: mountPoint,
    remedy: 'end these programs, or use --force and lose what they do not write in time',
    exitCode: ExitCode.refusedToProtectData,
  });
}

function notMounted(word: string): AgentError {
  return new AgentError('cannot detach it: the agent has not mounted it', {
    code: 'disk.not-mounted',
    subject: word,
    remedy: 'unmount it as it was mounted; `gandi-agent disk explain` tells more',
  });
}
