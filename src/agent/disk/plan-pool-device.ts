import { isMountedFrom, type Mount } from '../../core/block-device/mounts.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { Step } from './actions.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import { mountOf } from './mount-of.ts';
import { growFileSystemOf } from './plan-growth.ts';
import { recordOf } from './plan-mount.ts';

/** In the record of a device that is part of a mounted Btrfs and is not the one by which it was mounted. */
export const poolDeviceCode = 'pool-device';

/** The mount of a Btrfs of several devices that is one of them, and that the agent mounted by another. */
export function poolOf({ device, fileSystem }: AttachedDisk, { mounts, records }: DiskFacts): Mount | undefined {
  if (fileSystem !== 'btrfs') return undefined;
  return mounts.find(
    (mount) =>
      isMountedFrom(mount, device) &&
      records.some((record) => record.mountPoint === mount.mountPoint && mountOf(record, mounts) !== undefined),
  );
}

/** It is not mounted itself, and is grown as if it were. */
export function planPoolDevice(
  disk: AttachedDisk,
  known: DiskRecord | undefined,
  { mountPoint }: Mount,
  facts: DiskFacts,
  flags: Flags,
): Step[] {
  const note = `a device of the Btrfs at ${mountPoint}`;
  const filledBytes = known?.filledBytes ?? null;
  const record: DiskRecord = { ...recordOf(disk), mountPoint: null, filledBytes, refusal: poolDeviceCode, note };
  const remember: Step = { name: `attach ${disk.device.path}`, actions: [{ kind: 'remember-disk', record }] };
  const growth = growFileSystemOf(disk, record, mountPoint, facts, flags).map((step) => ({ ...step, canWait: true }));
  return [...(known?.note === note ? [] : [remember]), ...growth];
}
