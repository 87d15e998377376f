import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { Action, Step } from './actions.ts';
import { type DiskRecord, untouchedRecord } from './disk-records.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { MountUnit } from './mount-units.ts';
import { decodeUdev } from './mount-name.ts';
import { removalFile } from './removal-file.ts';
import { mountOf } from './mount-of.ts';
import { planDetachHook } from './plan-hook.ts';
import { offerPath } from './plan-mount.ts';
import { planStop } from './plan-units.ts';

/**
 * Unmounts a disk that is still there. The hook is told first, and keeps the disk where it is if it fails; so does a
 * service that cannot be stopped.
 * @param units running units that use it
 * @param isLast nothing else of its disk is mounted
 * @param force takes the mount out of the tree although programs use it; the kernel then keeps the disk until they end
 */
export function planDetach(
  record: DiskRecord,
  facts: DiskFacts,
  units: readonly MountUnit[],
  isLast: boolean,
  force = false,
): Step[] {
  const { mountPoint, device } = record;
  if (mountPoint === null) return [];
  return [
    {
      name: `detach ${device}`,
      actions: [
        ...planDetachHook(record, facts, false),
        ...planStop(record, mountPoint, units),
        ...planWithdrawal(record, mountPoint),
        ...planUnmount(record, mountPoint, facts, force),
        { kind: 'remember-disk', record: asDetached(record, facts, isLast) },
      ],
    },
  ];
}

/** It is forgotten when it is gone: until then a replayed event must find that it is not to be mounted. */
function asDetached(record: DiskRecord, { attached }: DiskFacts, isLast: boolean): DiskRecord {
  const stays = { ...record, ownsFolder: false, isBeingMounted: false, isHookDue: false, onDemand: false };
  const canBeTaken = isLast && attached !== undefined && removalFile(attached.disk.bus) === undefined;
  const note = canBeTaken ? 'detached; the platform can take it now' : 'detached';
  return { ...stays, isDetached: true, mountPoint: null, filledBytes: null, note };
}

/**
 * Of a block device that the agent has not mounted at this moment: no event mounts it until it is gone or somebody asks.
 * @param known what is on record of it
 */
export function detachedRecord(device: BlockDevice, known: DiskRecord | undefined): DiskRecord {
  const untouched = untouchedRecord(device);
  const { fileSystem, uuid, serial, location, services, isSetReadOnly } = known ?? untouched;
  const note = 'detached; the platform can take it now';
  return { ...untouched, fileSystem, uuid, serial, location, services, isSetReadOnly, isDetached: true, note };
}

/**
 * Gives a whole disk up, once nothing of it is mounted any more.
 * @param names of the folders where it was mounted
 */
export function planRelease(
  { wholeDisk, disk, device, encodedLabel, serial }: AttachedDisk,
  names: readonly string[] = [],
): Step {
  const taker = removalFile(disk.bus) === undefined ? 'platform' : 'kernel';
  const label = encodedLabel === undefined ? undefined : decodeUdev(encodedLabel);
  const known = [...new Set([...names, label, serial].filter((name) => name !== undefined))];
  const { diskSequence } = device;
  const action: Action = { kind: 'release-disk', disk: wholeDisk, diskSequence, names: known, taker };
  return { name: `release ${wholeDisk}`, actions: [action], needsAllBefore: true };
}

/** From here on autofs no longer mounts it. */
export function planWithdrawal({ onDemand }: DiskRecord, mountPoint: string): Action[] {
  return onDemand ? [{ kind: 'remove-file', path: offerPath(mountPoint) }] : [];
}

/** autofs makes and removes its folders itself, and one that was there before the disk is somebody's. */
export function planUnmount(record: DiskRecord, mountPoint: string, facts: DiskFacts, lazy: boolean): Action[] {
  const keepFolder = record.onDemand || !record.ownsFolder;
  const isMounted = mountOf(record, facts.mounts) !== undefined;
  const unmount: Action[] = isMounted ? [{ kind: 'unmount-disk', mountPoint, keepFolder, lazy }] : [];
  return [...unmount, ...(keepFolder ? [] : [{ kind: 'remove-mount-point', mountPoint } as const])];
}
