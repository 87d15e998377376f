import { basename } from 'node:path';
import type { Action, DiskRecord, HookName, Step } from '../action.ts';
import type { Flags } from '../flags/flag-table.ts';
import { diskRecordKey } from '../state/disk-record-key.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { fileSystemTraits } from './file-systems.ts';
import { mountOf } from './mount-of.ts';
import { mountOptions } from './mount-options.ts';
import { planGrowth } from './plan-growth.ts';
import { refusal } from './refusals.ts';

/** What is to be done about one kernel name of a block device, whatever happened to it: attached, grown, gone, or another disk now. */
export function planDisk(facts: DiskFacts, flags: Flags): Step[] {
  const current = facts.attached === undefined ? undefined : keyOf(facts.attached);
  const ofThisName = facts.records.filter((record) => record.key.startsWith(`${facts.kernelName}@`));
  const gone = ofThisName.filter((record) => record.key !== current);
  return [...gone.flatMap((record) => planGone(record, facts)), ...planAttached(facts, flags)];
}

/**
 * Unmounts a disk and has the kernel let go of it. The hook is told first, and keeps the disk where it is if it fails.
 * @param force takes the mount out of the tree although programs use it; the kernel then keeps the disk until they end
 */
export function planDetach(record: DiskRecord, disk: AttachedDisk, facts: DiskFacts, force = false): Step[] {
  const { mountPoint, device, key } = record;
  if (mountPoint === null) return [];
  return [
    {
      name: `detach ${device}`,
      actions: [
        ...planHook('pre-disk-detach', [device, mountPoint], facts),
        { kind: 'unmount-disk', mountPoint, lazy: force },
        { kind: 'remove-mount-point', mountPoint },
        { kind: 'forget-disk', key },
        ...(disk.device.partition === null ? [planRelease(disk)] : []),
      ],
    },
  ];
}

/** The device went without asking: whatever was not written yet is lost, and the stale mount would swallow more. */
function planGone(record: DiskRecord, facts: DiskFacts): Step[] {
  const name = `detach ${record.device}`;
  const forget: Action = { kind: 'forget-disk', key: record.key };
  if (record.mountPoint === null) return [{ name, actions: [forget] }];
  const { mountPoint } = record;
  const remove: Action = { kind: 'remove-mount-point', mountPoint };
  if (mountOf(record, facts.mounts) === undefined) return [{ name, actions: [remove, forget] }];
  const problem = `the disk of ${mountPoint} was pulled while it was mounted: what was not written to it yet is lost; next time run \`gandi-agent disk detach ${basename(mountPoint)}\` first`;
  return [
    { name: `${name}: hook`, actions: planHook('pre-disk-detach', [record.device, mountPoint], facts) },
    { name, problem, actions: [{ kind: 'unmount-disk', mountPoint, lazy: true }, remove, forget] },
  ];
}

function planAttached(facts: DiskFacts, flags: Flags): Step[] {
  const { attached } = facts;
  if (attached === undefined) return [];
  const record = facts.records.find((each) => each.key === keyOf(attached));
  if (record?.mountPoint && mountOf(record, facts.mounts)) return planGrowth(attached, record, flags);
  if (facts.occasion === 'changed') return [];
  // We mounted this very disk once: if it is not mounted any more, the admin wanted it so.
  if (record?.mountPoint && facts.occasion !== 'asked') return [];
  const refused = refusal(attached, facts, flags);
  if (refused !== undefined) return planLeftAlone(attached, record, refused.because);
  return planMount(attached, facts, flags);
}

function planMount(disk: AttachedDisk, facts: DiskFacts, flags: Flags): Step[] {
  const { path, diskSequence, majorMinor, readOnly } = disk.device;
  const mountPoint = facts.mountPoint.path;
  const fileSystem = disk.fileSystem ?? '';
  const traits = fileSystemTraits(fileSystem);
  if (traits === undefined) return [];
  const options = mountOptions(flags.CONFIG_MOUNT_PARAMS, traits, readOnly || traits.readOnly);
  const target = { device: path, disk: disk.wholeDisk, diskSequence, majorMinor };
  const isFilled = disk.fileSystemBytes !== undefined && disk.fileSystemBytes >= disk.device.sizeBytes;
  const filledBytes = isFilled ? disk.device.sizeBytes : null;
  const record = { ...recordOf(disk), mountPoint, filledBytes, note: `mounted at ${mountPoint}` };
  return [
    {
      name: `attach ${path}`,
      actions: [
        { kind: 'mount-disk', ...target, fileSystem: traits.driver, mountPoint, options },
        { kind: 'remember-disk', record },
        ...planReservation(disk, basename(mountPoint), facts),
        ...planHook('post-disk-attach', [path, fileSystem, mountPoint], facts),
      ],
    },
  ];
}

function planReservation({ uuid }: AttachedDisk, name: string, facts: DiskFacts): Action[] {
  return uuid === undefined || facts.reservedName === name ? [] : [{ kind: 'reserve-disk-name', uuid, name }];
}

function planLeftAlone(disk: AttachedDisk, known: DiskRecord | undefined, because: string): Step[] {
  const record = { ...recordOf(disk), mountPoint: null, filledBytes: null, note: `left alone: ${because}` };
  if (known?.note === record.note) return [];
  return [{ name: `attach ${disk.device.path}`, actions: [{ kind: 'remember-disk', record }] }];
}

function planRelease({ wholeDisk, device }: AttachedDisk): Action {
  return { kind: 'release-disk', disk: wholeDisk, diskSequence: device.diskSequence };
}

function recordOf({ device, fileSystem, uuid }: AttachedDisk): Omit<DiskRecord, 'mountPoint' | 'filledBytes' | 'note'> {
  const { path, majorMinor } = device;
  const key = diskRecordKey(device.name, device.diskSequence);
  return { key, device: path, majorMinor, fileSystem: fileSystem ?? null, uuid: uuid ?? null };
}

function keyOf({ device }: AttachedDisk): string {
  return diskRecordKey(device.name, device.diskSequence);
}

function planHook(hook: HookName, args: readonly string[], facts: DiskFacts): Action[] {
  const path = facts.hooks[hook];
  return path === undefined ? [] : [{ kind: 'run-hook', hook, path, arguments: args }];
}
