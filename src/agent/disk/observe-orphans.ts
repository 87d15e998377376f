import { type BlockDevice, observeDiskOf } from '../../core/block-device/block-devices.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { isWhole } from '../stack/is-whole.ts';
import { kindOfMember } from '../stack/layer-kind.ts';
import { isLayered, type Stack } from '../stack/stack.ts';
import { diskRecordKey, nameIn } from './disk-record-key.ts';
import { type DiskRecord, readDiskRecords } from './disk-records.ts';
import { observeStack } from './observe-stack.ts';

/** A layered device whose disk went before anything was written down of what the device lies on. */
export interface Orphan {
  readonly device: BlockDevice;
  readonly known: DiskRecord | undefined;
  /** Keys of the devices beneath it that are there still: other layers. */
  readonly beneath: readonly string[];
}

// By the record of the disk that is gone: what lay on it may be somebody else's.
const codesOfOthers = new Set(['not-a-data-disk', 'system-disk', 'lvm-foreign', 'md-foreign', 'path-of-disk']);

/**
 * What was open on a disk that is gone, and had no event of its own handled before. The kernel keeps it, and nobody else closes it:
 * by the record of the disk, and by what else it lies on, it is the agent's to close.
 * @param gone undefined where no disk is gone; then no folder is looked at
 */
export async function observeOrphans(
  system: System,
  allowed: readonly LayerName[],
  gone: DiskRecord | undefined,
  mounts: readonly Mount[],
): Promise<Orphan[]> {
  const kind = kindOfMember(gone?.fileSystem ?? undefined);
  if (gone === undefined || kind === undefined || !allowed.includes(kind)) return [];
  if (codesOfOthers.has(gone.refusal ?? '')) return [];
  const records = await readDiskRecords(system);
  const orphans: Orphan[] = [];
  for (const name of (await system.files.list('/sys/block')).filter(isLayered)) {
    if (!(await liesOn(system, name, nameIn(gone.key))) || (await isWhole(system, name))) continue;
    const device = (await observeDiskOf(system, name)).find((each) => each.name === name);
    const stack = await observeStack(system, name, mounts);
    if (device === undefined || stack === undefined || !mayBeClosed(stack, allowed)) continue;
    const known = records.find(({ key }) => key === diskRecordKey(name, device.diskSequence));
    if (known === undefined || known.beneath.length === 0) orphans.push({ device, known, beneath: stack.beneath });
  }
  return orphans;
}

/** device-mapper keeps the name of a disk that is gone, and the disk's name is not given away meanwhile. */
async function liesOn(system: System, name: string, disk: string): Promise<boolean> {
  if (!isLayered(name)) return name === disk;
  const slaves = await system.files.list(`/sys/class/block/${name}/slaves`);
  const found = await Promise.all(slaves.map((slave) => liesOn(system, slave, disk)));
  return found.includes(true);
}

/** All that is there of it is the agent's. */
function mayBeClosed({ layers, bottoms }: Stack, allowed: readonly LayerName[]): boolean {
  const areNamed = layers.every(({ kind }) => kind !== null && allowed.includes(kind));
  return areNamed && bottoms.every(({ isDataDisk, isSystemDisk }) => isDataDisk && !isSystemDisk);
}
