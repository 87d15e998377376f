import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { isMountedFrom } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { type DiskRecord, readDiskRecords } from './disk-records.ts';
import { mountOf } from './mount-of.ts';
import { type MountUnit, observeMountUnits } from './mount-units.ts';
import { type MountUser, observeMountUsers } from './mount-users.ts';
import { observeDisk } from './observe-disk.ts';

/** One file system that the agent mounted, or offered to autofs, on a disk that is to be detached. */
export interface DetachTarget {
  readonly record: DiskRecord & { readonly mountPoint: string };
  readonly attached: AttachedDisk;
  readonly facts: DiskFacts;
  /** Running units that use it. */
  readonly units: readonly MountUnit[];
  /** Programs that use it, this one aside. */
  readonly users: readonly MountUser[];
}

export interface DetachFacts {
  readonly named: BlockDevice;
  /** The whole disk and all its partitions. */
  readonly family: readonly BlockDevice[];
  /** Of the partition that was named, or of the whole disk. */
  readonly targets: readonly DetachTarget[];
  /** What is on record of disks that have or had one of these names. */
  readonly records: readonly DiskRecord[];
  /** The whole disk, where it is a data disk and nobody has anything of it mounted; looked for only without targets. */
  readonly idle?: AttachedDisk | undefined;
}

/** Everything that a detach of the disk, or of one partition of it, rests on. */
export async function observeDetach(system: System, flags: Flags, named: BlockDevice): Promise<DetachFacts> {
  const devices = await observeBlockDevices(system);
  const whole = named.parent ?? named.name;
  const family = devices.filter(({ name, parent }) => name === whole || parent === whole);
  const targets: DetachTarget[] = [];
  for (const device of named.parent === null ? family : [named]) {
    targets.push(...(await observeTarget(device, flags, system)));
  }
  const idle = targets.length > 0 ? undefined : await observeIdle(whole, family, flags, system);
  const names = family.map(({ name }) => `${name}@`);
  const records = (await readDiskRecords(system)).filter(({ key }) => names.some((name) => key.startsWith(name)));
  return { named, family, targets, records, idle };
}

async function observeIdle(
  whole: string,
  family: readonly BlockDevice[],
  flags: Flags,
  system: System,
): Promise<AttachedDisk | undefined> {
  const facts = await observeDisk(
    system,
    flags,
    whole,
    await observeUdevProperties(system, `/dev/${whole}`),
    'changed',
  );
  const { attached, mounts } = facts;
  const isUsed = family.some(
    (device) => device.holders.length > 0 || mounts.some((mount) => isMountedFrom(mount, device)),
  );
  return attached === undefined || !attached.isDataDisk || attached.isSystemDisk || isUsed ? undefined : attached;
}

/** @returns none where the agent has not mounted it */
async function observeTarget({ name, path }: BlockDevice, flags: Flags, system: System): Promise<DetachTarget[]> {
  const facts = await observeDisk(system, flags, name, await observeUdevProperties(system, path), 'changed');
  const { attached } = facts;
  const key = diskRecordKey(name, attached?.device.diskSequence ?? null);
  const record = facts.records.find((each) => each.key === key);
  if (attached === undefined || !record?.mountPoint) return [];
  if (mountOf(record, facts.mounts) === undefined && !record.onDemand) return [];
  const { mountPoint } = record;
  const units = await observeMountUnits(system, mountPoint, record);
  const users = (await observeMountUsers(system, mountPoint)).filter(({ pid }) => pid !== process.pid);
  return [{ record: { ...record, mountPoint }, attached, facts, units, users }];
}
