import { basename } from 'node:path';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { isMountedFrom } from '../../core/block-device/mounts.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { Action, Step } from './actions.ts';
import { planClose } from '../stack/close-layer.ts';
import type { AttachedDisk } from './disk-facts.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { coverOf } from './disk-state.ts';
import { mountOf } from './mount-of.ts';
import type { MountUser } from './mount-users.ts';
import type { DetachFacts, DetachTarget } from './observe-detach.ts';
import { detachedRecord, planDetach, planRelease } from './plan-detach.ts';
import { removalFile } from './removal-file.ts';

/**
 * Unmounts all that was named, and releases the disk where nothing else of it is mounted. One that somebody unmounted already is
 * released all the same.
 * @param force also where programs use it
 * @throws AgentError `disk.busy` naming the programs, `disk.being-mounted`, `disk.not-mounted`, `disk.hidden`
 */
export function planDetachNamed(detach: DetachFacts, force: boolean): Step[] {
  const { named, family, targets, idle } = detach;
  if (targets.length === 0 && idle !== undefined) {
    requireSettled(detach);
    return planGiveUp(detach, idle, []);
  }
  if (targets.length === 0) throw notMounted(named.path);
  for (const target of targets) requireInSight(target);
  if (!force) for (const target of targets) requireUnused(target);
  const isLast = isNothingElseMounted(targets, family);
  const steps = targets.flatMap(({ record, facts, units }) => planDetach(record, facts, units, isLast, force));
  const names = targets.map(({ record }) => basename(record.mountPoint));
  const [first] = targets;
  if (!isLast || first === undefined) return steps;
  return [...steps, ...planGiveUp(detach, first.attached, names)];
}

/** What lies on the disks is closed from its top down, and each step needs all before it: a disk under an open stack stays. */
function planGiveUp(detach: DetachFacts, single: AttachedDisk, names: readonly string[]): Step[] {
  const { layers } = detach;
  const disks = layers.length === 0 ? [single] : detach.disks;
  const closing = layers.map((layer): Step => {
    return { name: `close ${layer.path}`, actions: planClose(layer, false), needsAllBefore: true };
  });
  return [
    ...disks.flatMap((disk) => planKeepDetached(detach, disk)),
    ...closing,
    ...disks.map((disk) => planRelease(disk, names)),
  ];
}

/** Where the kernel cannot let go of a disk, an event of what was not mounted of it must find that it is not to be. */
function planKeepDetached({ family, targets, records }: DetachFacts, { disk }: AttachedDisk): Step[] {
  if (removalFile(disk.bus) !== undefined) return [];
  const own = family.filter(({ name, parent }) => name === disk.name || parent === disk.name);
  const rest = own.filter(({ name }) => !targets.some(({ facts }) => facts.kernelName === name));
  const actions = rest.map((device): Action => {
    const key = diskRecordKey(device.name, device.diskSequence);
    const known = records.find((record) => record.key === key);
    return { kind: 'remember-disk', record: detachedRecord(device, known), over: known ?? null };
  });
  return actions.length === 0 ? [] : [{ name: `detach ${disk.path}`, actions }];
}

/** The whole disk is let go of only if nothing else of it is mounted, by whomever. */
function isNothingElseMounted(targets: readonly DetachTarget[], family: readonly BlockDevice[]): boolean {
  const others = family.filter(({ name }) => !targets.some(({ facts }) => facts.kernelName === name));
  const mounts = targets.flatMap(({ facts }) => facts.mounts);
  return !others.some((device) => mounts.some((mount) => isMountedFrom(mount, device)));
}

/** umount(8) goes by the folder, and would find what lies over it. */
function requireInSight({ record, facts }: DetachTarget): void {
  const mount = mountOf(record, facts.mounts);
  const over = mount === undefined ? undefined : coverOf(mount, facts.mounts);
  if (over === undefined) return;
  throw new AgentError(`cannot detach it: another mount at ${over.mountPoint} lies over its folder`, {
    code: 'disk.hidden',
    subject: record.mountPoint,
    remedy: `unmount ${over.mountPoint} first (\`systemctl stop autofs\` where that is autofs)`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

/** A mount that is under way would be there after the detach. */
function requireSettled({ family, records }: DetachFacts): void {
  const keys = family.map(({ name, diskSequence }) => diskRecordKey(name, diskSequence));
  const record = records.find(({ key, isBeingMounted }) => isBeingMounted && keys.includes(key));
  if (record === undefined) return;
  throw new AgentError('cannot detach it: its mount was begun and has not ended', {
    code: 'disk.being-mounted',
    subject: record.device,
    remedy: `try again in a moment; \`gandi-agent disk explain ${record.device}\` says whether it failed`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

/** Programs that keep a disk from being detached: services are stopped for it, and do not. */
export function usersInTheWay({ units, users }: Pick<DetachTarget, 'units' | 'users'>): MountUser[] {
  return users.filter((user) => !units.some(({ name }) => name === user.unit));
}

function requireUnused(target: DetachTarget): void {
  const { record } = target;
  const others = usersInTheWay(target);
  if (others.length === 0) return;
  const names = others.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  throw new AgentError(`cannot detach it: it is used by ${names}`, {
    code: 'disk.busy',
    subject: record.mountPoint,
    remedy: 'end these programs, or use --force and lose what they do not write in time',
    exitCode: ExitCode.refusedToProtectData,
  });
}

function notMounted(word: string): AgentError {
  return new AgentError('cannot detach it: it is not mounted by the agent', {
    code: 'disk.not-mounted',
    subject: word,
    remedy: `see \`gandi-agent disk explain ${word}\``,
    exitCode: ExitCode.refusedToProtectData,
  });
}
