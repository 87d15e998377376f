import type { Action, Step } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { MountUnit } from './mount-units.ts';
import { mountOf } from './mount-of.ts';
import { planHook } from './plan-hook.ts';
import { offerPath } from './plan-mount.ts';
import { planStop } from './plan-units.ts';

/**
 * Unmounts a disk that is still there. The hook is told first, and keeps the disk where it is if it fails; so does a
 * service that cannot be stopped.
 * @param units running units that use it
 * @param force takes the mount out of the tree although programs use it; the kernel then keeps the disk until they end
 */
export function planDetach(record: DiskRecord, facts: DiskFacts, units: readonly MountUnit[], force = false): Step[] {
  const { mountPoint, device, key } = record;
  if (mountPoint === null) return [];
  return [
    {
      name: `detach ${device}`,
      actions: [
        ...planHook('pre-disk-detach', [device, mountPoint], record, facts, { GANDI_PULLED: '0' }),
        ...planStop(mountPoint, units),
        ...planWithdrawal(record, mountPoint),
        ...planUnmount(record, mountPoint, facts, force),
        { kind: 'forget-disk', key },
      ],
    },
  ];
}

/** Has the kernel let go of a whole disk, once nothing of it is mounted any more. */
export function planRelease({ wholeDisk, device }: AttachedDisk): Step {
  const action: Action = { kind: 'release-disk', disk: wholeDisk, diskSequence: device.diskSequence };
  return { name: `release ${wholeDisk}`, actions: [action], needsAllBefore: true };
}

/** From here on autofs mounts it no more. */
export function planWithdrawal({ onDemand }: DiskRecord, mountPoint: string): Action[] {
  return onDemand ? [{ kind: 'remove-file', path: offerPath(mountPoint) }] : [];
}

/** autofs makes and removes its folders itself. */
export function planUnmount(record: DiskRecord, mountPoint: string, facts: DiskFacts, lazy: boolean): Action[] {
  const unmount: Action[] =
    mountOf(record, facts.mounts) === undefined ? [] : [{ kind: 'unmount-disk', mountPoint, lazy }];
  return [...unmount, ...(record.onDemand ? [] : [{ kind: 'remove-mount-point', mountPoint } as const])];
}
