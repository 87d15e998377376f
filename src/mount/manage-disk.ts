import { applySteps, type StepOutcome } from '../apply/apply-steps.ts';
import { AgentError, ExitCode } from '../agent-error.ts';
import { converge } from '../converge.ts';
import { observeBlockDevices } from '../facts/block-devices.ts';
import { observeMountUsers } from '../facts/mount-users.ts';
import { observeUdevProperties } from '../facts/udev-properties.ts';
import type { Flags } from '../flags/flag-table.ts';
import { diskRecordKey } from '../state/disk-record-key.ts';
import { readDiskRecords } from '../state/disk-records.ts';
import type { System } from '../system/system.ts';
import type { DiskFacts, Occasion } from '../disk/disk-facts.ts';
import { findDisk } from '../disk/find-disk.ts';
import { mountOf } from '../disk/mount-of.ts';
import { observeDisk } from '../disk/observe-disk.ts';
import { planDetach, planDisk } from '../disk/plan.ts';

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
  return converge(async () => planDisk(await observeNamedDisk(system, flags, kernelName, 'asked'), flags), system);
}

/**
 * Unmounts a disk and releases it, so that it can be pulled. What fails on the way leaves it mounted.
 * @param force unmounts it although programs use it: they keep their open files, and the disk, until they end
 * @throws AgentError `disk.busy` naming the programs, `disk.not-mounted`, `disk.unknown`
 */
export async function detachDisk(system: System, flags: Flags, word: string, force: boolean): Promise<StepOutcome[]> {
  const facts = await observeNamedDisk(system, flags, word, 'changed');
  const { attached, kernelName } = facts;
  const key = diskRecordKey(kernelName, attached?.device.diskSequence ?? null);
  const record = facts.records.find((each) => each.key === key);
  const mount = record === undefined ? undefined : mountOf(record, facts.mounts);
  if (attached === undefined || record === undefined || mount === undefined) throw notMounted(word);
  if (!force) await requireUnused(system, mount.mountPoint);
  const outcomes = await applySteps(planDetach(record, attached, facts, force), system);
  const failed = outcomes.some(({ failure }) => failure !== null);
  return failed ? [...outcomes, ...(await attachDisk(system, flags, kernelName).catch(() => []))] : outcomes;
}

async function requireUnused(system: System, mountPoint: string): Promise<void> {
  const users = (await observeMountUsers(system, mountPoint)).filter(({ pid }) => pid !== process.pid);
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
