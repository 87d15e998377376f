import { basename } from 'node:path';
import type { Action, Step } from './actions.ts';
import { type DiskRecord, untouchedRecord } from './disk-records.ts';
import type { Flags } from '../flags/flag-table.ts';
import { diskRecordKey } from './disk-record-key.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { isReadOnly } from './is-read-only.ts';
import { mountOf } from './mount-of.ts';
import { planUnmount, planWithdrawal } from './plan-detach.ts';
import { planGrowth, wantsGrowth } from './plan-growth.ts';
import { planMemberGrowth } from './plan-member-growth.ts';
import { planAssembly } from './plan-assembly.ts';
import { planClose } from '../stack/close-layer.ts';
import { planDetachHook } from './plan-hook.ts';
import { planLookElsewhere } from './plan-look-elsewhere.ts';
import type { BrokenLayer } from './observe-broken.ts';
import { planCapacity } from './plan-capacity.ts';
import { planPoolDevice, poolOf } from './plan-pool-device.ts';
import { planHookDue, planMount, planOffer, planRest, recordOf } from './plan-mount.ts';
import { planSwapBack, swapProblem } from './plan-swap.ts';
import { planStart, planStop } from './plan-units.ts';
import { kindOfMember } from '../stack/layer-kind.ts';
import { isStackOfOthers } from '../stack/stack-decision.ts';
import { type Refusal, refusal, refusalOnRecord } from './refusals.ts';

/** What is to be done about one kernel name of a block device, whatever happened to it: attached, grown, gone, or another disk now. */
export function planDisk(facts: DiskFacts, flags: Flags): Step[] {
  const current = facts.attached === undefined ? undefined : keyOf(facts.attached);
  const ofThisName = facts.records.filter((record) => record.key.startsWith(`${facts.kernelName}@`));
  const gone = ofThisName.filter((record) => record.key !== current);
  return [
    ...planOrphans(gone, facts),
    // Only once all that lay on it is on record: an event of that may be answered at the same time, and write that it lies on nothing.
    ...(facts.orphans.length > 0 ? [] : gone.flatMap((record) => planGone(record, facts))),
    ...planRefusedClone(gone, facts),
    ...planAttached(facts, flags),
  ];
}

/** What lay on a disk that is gone is written down as such: it is closed in its own turn, from the top down. */
function planOrphans(gone: readonly DiskRecord[], { orphans }: DiskFacts): Step[] {
  const keys = gone.map(({ key }) => key);
  return orphans.map(({ device, known, beneath }) => {
    const record = { ...(known ?? untouchedRecord(device)), beneath: [...keys, ...beneath] };
    // Its own event may write that it lies on nothing, and must not be the last word.
    return { name: `detach ${device.path}`, actions: [{ kind: 'remember-disk', record }] };
  });
}

/** What was left alone because of a disk that is gone now is told of as if it had just come. */
function planRefusedClone(gone: readonly DiskRecord[], { refusedClone }: DiskFacts): Step[] {
  if (gone.length === 0 || refusedClone === undefined) return [];
  return [{ name: `attach ${refusedClone}`, actions: [{ kind: 'report-device', device: refusedClone }] }];
}

/**
 * The device went without asking: whatever was not written yet is lost, and the stale mount would swallow more. It goes
 * first, as hooks and services take their time. No part waits for another: a hook that fails keeps nothing.
 * @param broken a layered device that is there still, without what it lies on
 */
function planGone(record: DiskRecord, facts: DiskFacts, broken?: BrokenLayer): Step[] {
  const { mountPoint, device, key } = record;
  const name = `detach ${device}`;
  const close = broken === undefined ? [] : planBrokenClose(broken);
  const forget: Step = { name, actions: [...close, { kind: 'forget-disk', key }] };
  if (mountPoint === null) {
    const problem = swapProblem(record, facts);
    return [problem === undefined ? forget : { ...forget, problem }];
  }
  const isMounted = mountOf(record, facts.mounts) !== undefined;
  // The folder may be one that was there before: what was never mounted there gives no right to it (D13).
  if (record.isBeingMounted && !isMounted) return [{ name, actions: planWithdrawal(record, mountPoint) }, forget];
  const withdraw = planWithdrawal(record, mountPoint);
  const unmount: Step = { name, actions: [...withdraw, ...planUnmount(record, mountPoint, facts, true)] };
  if (!isMounted && !record.onDemand) return [unmount, forget];
  const hook = planDetachHook(record, facts, true);
  const problem = `the disk of ${mountPoint} was pulled while it was mounted: what was not written to it yet is lost; next time run \`gandi-agent disk detach ${basename(mountPoint)}\` first`;
  return [
    isMounted ? { ...unmount, problem } : unmount,
    { name: `${name}: services`, actions: planStop(record, mountPoint, facts.units) },
    { name: `${name}: hook`, actions: hook },
    forget,
  ];
}

/** What lies on it has its own turn, and this one comes after it: no array stops beneath an open container. */
function planBroken(record: DiskRecord, facts: DiskFacts, broken: BrokenLayer): Step[] {
  return broken.bears.length > 0 ? [] : planGone(record, facts, broken);
}

function planBrokenClose({ layer, arrays }: BrokenLayer): Action[] {
  const drop = arrays.map((array) => ({ kind: 'drop-member', array, member: layer.name }) as const);
  return [...drop, ...planClose(layer, true)];
}

/** The table "What the record says" of docs/decisions/data-disk.md; its last row is the table of refusals. */
function planAttached(facts: DiskFacts, flags: Flags): Step[] {
  const { attached } = facts;
  if (attached === undefined) return [];
  const record = facts.records.find((each) => each.key === keyOf(attached));
  if (record !== undefined && facts.broken !== undefined) return planBroken(record, facts, facts.broken);
  const inUse = planInUse(attached, record, facts, flags) ?? planMemberGrowth(attached, record, facts, flags);
  if (inUse !== undefined) return inUse;
  if (staysAsItIs(attached, record, facts)) return [];
  const refused = refusal(attached, facts, flags);
  if (refused === undefined) return planWritable(attached, record) ?? planMount(attached, facts, flags);
  const look = planLookElsewhere(attached, record, refused, facts);
  if (look !== undefined) return look;
  return [
    ...planLeftAlone(attached, record, refused, facts, flags),
    ...planCapacity(attached, record, refused, facts),
    ...planSwapBack(attached, record, refused, facts, flags),
    ...planFormat(attached, record, refused, facts, flags),
    ...planAssembly(attached, record, refused, facts),
  ];
}

/** What is left to do for a disk that is mounted already, by itself, on demand or as a device of a pool; undefined for any other. */
function planInUse(
  attached: AttachedDisk,
  record: DiskRecord | undefined,
  facts: DiskFacts,
  flags: Flags,
): Step[] | undefined {
  const isSettled = record?.isBeingMounted === false;
  if (record?.mountPoint && mountOf(record, facts.mounts)) {
    return isSettled ? planMounted(attached, record, facts, flags) : planRest(attached, record, facts, flags);
  }
  if (record?.onDemand && isSettled && facts.automount === 'ours') return planOnDemand(attached, record, facts, flags);
  const pool = poolOf(attached, facts);
  return pool === undefined ? undefined : planPoolDevice(attached, record, pool, facts, flags);
}

/** Whether the record, or its absence, speaks against a mount that nobody asks for. */
function staysAsItIs(attached: AttachedDisk, record: DiskRecord | undefined, { occasion }: DiskFacts): boolean {
  if (occasion === 'asked') return false;
  if (occasion === 'changed' && !isReadyNow(attached, record)) return true;
  if (record === undefined) return false;
  // Where the bus cannot let go of it, it stays until the platform takes it: a replayed event must not mount it before that.
  if (record.isDetached) return true;
  // We mounted this very disk once: if it is not mounted any more, the admin wanted it so.
  return Boolean(record.mountPoint) && !record.isBeingMounted && !record.onDemand;
}

/** The agent had the kernel refuse writes to it, and no assignment says so any more. It is mounted in the next round. */
function planWritable({ device, wholeDisk, mustNotChange }: AttachedDisk, known: DiskRecord | undefined) {
  if (known?.isSetReadOnly !== true || mustNotChange) return undefined;
  const { path, diskSequence } = device;
  const step: Step = {
    name: `attach ${path}`,
    actions: [
      { kind: 'set-read-only', device: path, disk: wholeDisk, diskSequence, isReadOnly: false },
      { kind: 'remember-disk', record: { ...known, isSetReadOnly: false } },
    ],
  };
  return [step];
}

function planMounted(disk: AttachedDisk, record: DiskRecord, facts: DiskFacts, flags: Flags): Step[] {
  const told = { ...record, isHookDue: false };
  const steps = [
    ...planHookDue(record, facts),
    ...planStart(record, facts.stoppedUnits),
    ...planServices(told, facts),
    ...planGrowth(disk, told, facts, flags),
  ];
  return steps.map((step) => ({ ...step, canWait: true }));
}

/** Nothing is to be done about a disk that nobody enters, but that only a mounted file system grows. */
function planOnDemand(disk: AttachedDisk, record: DiskRecord, facts: DiskFacts, flags: Flags): Step[] {
  const mountPoint = record.mountPoint ?? '';
  const start = [...planHookDue(record, facts), ...planStart(record, facts.stoppedUnits)];
  const isServed = facts.mounts.some(
    (mount) => mount.fileSystem === 'autofs' && mountPoint.startsWith(`${mount.mountPoint}/`),
  );
  const isWanted = facts.occasion === 'asked' || wantsGrowth(disk, record, facts, flags);
  if (!isServed || !isWanted) return start;
  // A detach that did not succeed may have taken the offer away.
  const offer = facts.occasion === 'asked' ? planOffer(disk, mountPoint, facts, flags) : [];
  const call = { kind: 'call-automount', mountPoint } as const;
  return [...start, { name: `mount ${disk.device.path}`, actions: [...offer, call] }];
}

/** What the disk says about services is kept while it can be read: at its end nobody can ask it. */
function planServices(record: DiskRecord, { services }: DiskFacts): Step[] {
  if (services === undefined || services.join() === record.services.join()) return [];
  return [
    { name: `services of ${record.device}`, actions: [{ kind: 'remember-disk', record: { ...record, services } }] },
  ];
}

const readyLater = new Set(['not-ready', 'array-degraded', 'array-waits']);

/** udev had marked it as not to be used yet, and takes the mark back with a change; or an array lacked a member that may be there now. */
function isReadyNow({ isReady }: AttachedDisk, record: DiskRecord | undefined): boolean {
  return isReady && readyLater.has(record?.refusal ?? '');
}

function planLeftAlone(
  disk: AttachedDisk,
  known: DiskRecord | undefined,
  { because, code }: Refusal,
  { mountedElsewhere }: DiskFacts,
  flags: Flags,
): Step[] {
  const words = refusalOnRecord({ code, because });
  if (known?.note === words.note) return [];
  const own = recordOf(disk);
  // What else speaks against it does not make it the agent's to close.
  const isForeign = disk.stack !== undefined && isStackOfOthers(disk.stack, flags.CONFIG_LAYERS);
  const beneath = isForeign ? [] : own.beneath;
  // For which size what lies on it was grown: a record without it would have that asked once more.
  const filledBytes = kindOfMember(disk.fileSystem) === undefined ? null : (known?.filledBytes ?? null);
  const elsewhere = { mountedElsewhere: mountedElsewhere?.mount ?? null };
  const kept = { isSetReadOnly: known?.isSetReadOnly ?? false, beneath, filledBytes, ...elsewhere };
  const record = { ...own, ...kept, ...words, mountPoint: null };
  const actions: Action[] = [{ kind: 'remember-disk', record, over: known ?? null }];
  return [{ name: `attach ${disk.device.path}`, actions }];
}

/**
 * Asked only for what no other row of docs/decisions/data-disk.md keeps us from. The proof is the handler's. Once for an
 * attachment, or when a person asks: a replay of udev's events must not find the disk under somebody's hands.
 */
function planFormat(
  disk: AttachedDisk,
  known: DiskRecord | undefined,
  { code }: Refusal,
  { occasion, assignments }: DiskFacts,
  flags: Flags,
): Step[] {
  const { device } = disk;
  // What is said of it cannot be read, and may be that it is not to change.
  if (assignments.mistaken.length > 0) return [];
  if (known !== undefined && occasion !== 'asked') return [];
  const fileSystem = flags.CONFIG_FORMAT_BLANK;
  // A device that is not ready may be a path of a multipath disk, or lack another device.
  const isWhole = device.partition === null && disk.stack === undefined;
  if (code !== 'blank' || fileSystem === '' || !isWhole || !disk.isReady || isReadOnly(disk)) return [];
  const { path, diskSequence } = device;
  return [{ name: `format ${path}`, actions: [{ kind: 'format-blank', disk: path, diskSequence, fileSystem }] }];
}

function keyOf({ device }: AttachedDisk): string {
  return diskRecordKey(device.name, device.diskSequence);
}
