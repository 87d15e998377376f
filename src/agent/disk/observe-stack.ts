import { type BlockDevice, observeDiskOf } from '../../core/block-device/block-devices.ts';
import { type Mount, observeSwaps, type Swap } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import type { Assignments } from '../assignment/assignment.ts';
import { kindOfMapper } from '../stack/layer-kind.ts';
import type { Keeper } from '../stack/member.ts';
import { type ArrayState, type BottomDisk, isLayered, type Stack, type StackLayer } from '../stack/stack.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { identityOf, serialOf, wwnsOf } from './disk-identity.ts';
import { readDiskRecords } from './disk-records.ts';
import { matchAssignments } from './match-assignment.ts';
import { observeLayers } from './layers.ts';
import { isSystemDisk } from './system-disks.ts';

// The kernel builds no circles; a tree that is not one is given up.
const maximalDepth = 16;

/**
 * A layered device and all that it lies on, down to its disks: Documentation/ABI/stable/sysfs-block has `slaves`. Starts no process.
 * @returns undefined for a device that lies on nothing
 */
export async function observeStack(
  system: System,
  kernelName: string,
  mounts: readonly Mount[],
): Promise<Stack | undefined> {
  if (!isLayered(kernelName)) return undefined;
  const swaps = await observeSwaps(system);
  const layers: StackLayer[] = [];
  const bottoms: BottomDisk[] = [];
  const beneath: string[] = [];
  let names = [kernelName];
  for (let depth = 0; names.length > 0 && depth < maximalDepth; depth += 1) {
    const below = new Set<string>();
    for (const name of names) {
      const device = (await observeDiskOf(system, name)).find((each) => each.name === name);
      if (depth > 0 && device !== undefined) beneath.push(diskRecordKey(name, device.diskSequence));
      if (isLayered(name)) {
        layers.push(await observeLayer(system, name));
        for (const slave of await system.files.list(`/sys/class/block/${name}/slaves`)) below.add(slave);
      } else if (device !== undefined) bottoms.push(await observeBottom(system, device, mounts, swaps));
    }
    names = [...below];
  }
  return { layers, bottoms, beneath };
}

/** One layered device, without what it lies on. */
export async function observeLayer(system: System, name: string): Promise<StackLayer> {
  const attribute = attributesOf(system, name);
  const mapperUuid = (await attribute('dm/uuid')) ?? null;
  const array = name.startsWith('md') ? await observeArray(attribute) : null;
  return {
    name,
    path: `/dev/${name.replaceAll('!', '/')}`,
    kind: array === null ? kindOfMapper(mapperUuid) : 'md',
    mapperName: (await attribute('dm/name')) ?? null,
    mapperUuid,
    array,
  };
}

/** Documentation/admin-guide/md.rst of the Linux kernel. */
async function observeArray(attribute: (file: string) => Promise<string | undefined>): Promise<ArrayState> {
  const state = await attribute('md/array_state');
  return {
    isStarted: state !== undefined && state !== 'clear' && state !== 'inactive',
    level: (await attribute('md/level')) ?? '',
    missing: Number((await attribute('md/degraded')) ?? 0),
  };
}

async function observeBottom(
  system: System,
  { name, path }: BlockDevice,
  mounts: readonly Mount[],
  swaps: readonly Swap[],
): Promise<BottomDisk> {
  const family = await observeDiskOf(system, name);
  const device = family.find((each) => each.name === name);
  const disk = family.find((each) => each.name === device?.parent) ?? device;
  const properties = await observeUdevProperties(system, path);
  const keys = [device, disk].map((each) => diskRecordKey(each?.name ?? name, each?.diskSequence ?? null));
  const records = await readDiskRecords(system);
  return {
    path,
    disk: disk?.path ?? path,
    isDataDisk: properties.GANDI_DATA_DISK === '1',
    markedBy: properties.GANDI_DATA_DISK_OF || undefined,
    isSystemDisk: isSystemDisk([...family, ...(await observeLayers(system, family))], mounts, swaps),
    isReadOnly: [device, disk].some((each) => each?.readOnly),
    isDetached: records.some(({ key, isDetached }) => isDetached && keys.includes(key)),
    serial: serialOf({ serial: device?.serial ?? null }, properties),
    wwns: wwnsOf(properties),
  };
}

function attributesOf({ files }: System, name: string) {
  // ENODEV and its kin: the device is on its way out.
  return async (file: string) =>
    (await files.read(`/sys/class/block/${name}/${file}`).catch(() => undefined))?.trim() || undefined;
}

/** Of all disks that a device lies on, or of the one that it is. */
export interface Ground {
  /** All of them are data disks, and the system is on none of them. */
  readonly isOurs: boolean;
  /** The kernel refuses writes to one of them. */
  readonly isReadOnly: boolean;
  /** What an admin says of the device or of one of them. */
  readonly keptBy: Keeper | undefined;
}

/** What a device lies on. @param kernelName of a disk, a partition, or what is built on them */
export async function observeGround(
  system: System,
  kernelName: string,
  mounts: readonly Mount[],
  assignments: Assignments,
): Promise<Ground> {
  const stack = await observeStack(system, kernelName, mounts);
  const bottoms = stack?.bottoms ?? (await observeBottoms(system, kernelName, mounts));
  return {
    isOurs: bottoms.length > 0 && bottoms.every((bottom) => bottom.isDataDisk && !bottom.isSystemDisk),
    isReadOnly: bottoms.some((bottom) => bottom.isReadOnly),
    keptBy: await observeKeeper(system, kernelName, bottoms, assignments),
  };
}

/** udev is asked only where there is an assignment. */
async function observeKeeper(
  system: System,
  kernelName: string,
  bottoms: readonly BottomDisk[],
  assignments: Assignments,
): Promise<Keeper | undefined> {
  if (assignments.valid.length + assignments.mistaken.length === 0) return undefined;
  const properties = await observeUdevProperties(system, `/dev/${kernelName.replaceAll('!', '/')}`);
  const { own, mistaken } = matchAssignments(assignments, identityOf({ serial: null }, properties, { bottoms }));
  const kept = own.find(({ isReadOnly }) => isReadOnly);
  if (kept !== undefined) return { file: kept.file, isMistaken: false };
  const [first] = mistaken;
  return first === undefined ? undefined : { file: first.file, isMistaken: true };
}

async function observeBottoms(system: System, name: string, mounts: readonly Mount[]): Promise<BottomDisk[]> {
  const device = (await observeDiskOf(system, name)).find((each) => each.name === name);
  return device === undefined ? [] : [await observeBottom(system, device, mounts, await observeSwaps(system))];
}
