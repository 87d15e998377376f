import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { isMountedFrom, observeMounts } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import type { StackLayer } from '../stack/stack.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { type DiskRecord, readDiskRecords } from './disk-records.ts';
import { mountOf } from './mount-of.ts';
import { type MountUnit, observeMountUnits } from './mount-units.ts';
import { type MountUser, observeMountUsers } from './mount-users.ts';
import { observeGroup } from './observe-group.ts';
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
  /** The whole disk and all its partitions; where a stack of ours lies on it, all that the stack is made of. */
  readonly family: readonly BlockDevice[];
  /** Of the partition that was named, or of the whole disk. */
  readonly targets: readonly DetachTarget[];
  /** What is on record of disks that have or had one of these names. */
  readonly records: readonly DiskRecord[];
  /** The whole disk, where it is a data disk and nobody has anything of it mounted; looked for only without targets. */
  readonly idle?: AttachedDisk | undefined;
  /** What lies on the disk and is closed before it goes, the top first. */
  readonly layers: readonly StackLayer[];
  /** The whole disks beneath, all of which go; only where something lies on them. */
  readonly disks: readonly AttachedDisk[];
}

/** Everything that a detach of the disk, or of one partition of it, rests on. */
export async function observeDetach(system: System, flags: Flags, named: BlockDevice): Promise<DetachFacts> {
  const devices = await observeBlockDevices(system);
  const mounts = await observeMounts(system);
  const { family, disks: wholes, layers } = await observeGroup(system, flags.CONFIG_LAYERS, named, devices, mounts);
  // A partition that bears no stack is detached alone.
  const isAlone = named.parent !== null && named.holders.length === 0;
  const targets: DetachTarget[] = [];
  for (const device of isAlone ? [named] : family) targets.push(...(await observeTarget(device, flags, system)));
  const disks = layers.length === 0 ? [] : await observeWholes(wholes, flags, system);
  const [whole = named.name] = wholes;
  const idle = targets.length > 0 ? undefined : await observeIdle(whole, family, layers, flags, system);
  const names = family.map(({ name }) => `${name}@`);
  const records = (await readDiskRecords(system)).filter(({ key }) => names.some((name) => key.startsWith(name)));
  return { named, family, targets, records, idle, layers, disks };
}

async function observeWholes(names: readonly string[], flags: Flags, system: System): Promise<AttachedDisk[]> {
  const found: AttachedDisk[] = [];
  for (const name of names) {
    const properties = await observeUdevProperties(system, `/dev/${name}`);
    const { attached } = await observeDisk(system, flags, name, properties, 'changed');
    if (attached !== undefined) found.push(attached);
  }
  return found;
}

async function observeIdle(
  whole: string,
  family: readonly BlockDevice[],
  layers: readonly StackLayer[],
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
    (device) =>
      device.holders.some((holder) => !layers.some(({ name }) => name === holder)) ||
      mounts.some((mount) => isMountedFrom(mount, device)),
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
