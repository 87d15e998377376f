import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { observeMounts } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import { sequenceIn } from '../disk/disk-record-key.ts';
import { type DiskRecord, readDiskRecords } from '../disk/disk-records.ts';
import { observeStack } from '../disk/observe-stack.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { isStackOfOthers } from '../stack/stack-decision.ts';

/**
 * By which serial the platform knows what is built on its disks: that of the disk that came last, as it is the one with which the rest came
 * up. null for what lies on nothing, and where no disk has a serial.
 */
export async function serialBeneath(
  system: System,
  record: Pick<DiskRecord, 'beneath'> | undefined,
): Promise<string | null> {
  if (record === undefined || record.beneath.length === 0) return null;
  const beneath = (await readDiskRecords(system)).filter(({ key, serial }) => serial && record.beneath.includes(key));
  return beneath.toSorted((one, other) => sequenceIn(one.key) - sequenceIn(other.key)).at(-1)?.serial ?? null;
}

/** Whether all that lies on a device is the agent's to mount, so that the platform is told of that. @param layers CONFIG_LAYERS */
export async function bearsOurStack(
  system: System,
  device: Pick<BlockDevice, 'holders'> | undefined,
  layers: readonly LayerName[],
): Promise<boolean> {
  if (device === undefined || device.holders.length === 0 || layers.length === 0) return false;
  const mounts = await observeMounts(system);
  const stacks = await Promise.all(device.holders.map((name) => observeStack(system, name, mounts)));
  return stacks.every((stack) => stack !== undefined && !isStackOfOthers(stack, layers));
}

/** Records of what is built on devices, and of what they lie on. @param keys of the records of the devices */
export async function recordsOfStack(system: System, keys: readonly string[]): Promise<DiskRecord[]> {
  const all = await readDiskRecords(system);
  const beneath = new Set(all.filter(({ key }) => keys.includes(key)).flatMap((record) => record.beneath));
  return all.filter((record) => beneath.has(record.key) || record.beneath.some((key) => keys.includes(key)));
}
