import { observeDiskOf } from '../../core/block-device/block-devices.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import type { GroupGrowth, LayerGrowth } from '../stack/growth-decision.ts';
import { logicalReport, parseLogicalReport, parseVolumeReport, volumeReport } from '../stack/lvm-report.ts';
import type { Member, VolumeGroup } from '../stack/member.ts';
import { nameIn } from './disk-record-key.ts';
import { readDiskRecords } from './disk-records.ts';
import { mountOf } from './mount-of.ts';
import type { SeenDisk } from './observe-attached.ts';
import { namesOfVolumes } from './observe-member.ts';

/** What the growth of a layer rests on. */
export interface Growing {
  readonly facts: Omit<LayerGrowth, 'refusal' | 'isSystemDisk' | 'isKept'>;
  /** What is grown, as its tool names it: a logical volume `group/volume`, a mapping, the path of an array. */
  readonly top: string;
}

const sector = 512;
// Less is not worth a write to the description of a layer.
const mebibyte = 2 ** 20;
const nothing = { smallMembers: [], group: undefined };

/** @returns undefined where nothing lies on the device any more */
export function observeGrowth(
  system: System,
  member: Member,
  seen: SeenDisk,
  mounts: readonly Mount[],
): Promise<Growing | undefined> {
  switch (member.kind) {
    case 'lvm':
      return observeVolumeGrowth(system, member.group, seen, mounts);
    case 'luks':
      return observeContainerGrowth(system, seen);
    case 'md':
      return observeArrayGrowth(system, seen);
  }
}

async function observeVolumeGrowth(
  system: System,
  group: VolumeGroup | undefined,
  { device }: SeenDisk,
  mounts: readonly Mount[],
): Promise<Growing | undefined> {
  const listed = parseVolumeReport((await system.processes.run('lvm', volumeReport)).stdout);
  const own = listed[(await namesOfVolumes(system, listed)).indexOf(device.name)];
  if (own === undefined || group === undefined) return undefined;
  const logical = parseLogicalReport((await system.processes.run('lvm', logicalReport(group.uuid))).stdout);
  const [only] = logical;
  const growth: GroupGrowth = {
    logicalVolumes: Number(own.lv_count),
    isLinear: only?.lv_layout === 'linear',
    isMountedByUs: only !== undefined && (await isMountedByUs(system, `dm-${only.lv_kernel_minor}`, mounts)),
    freeBefore: Number(own.vg_free_count),
  };
  const unusedBytes = Number(own.dev_size) - Number(own.pe_start) - Number(own.pv_size);
  const facts = { unusedBytes, stepBytes: Number(own.vg_extent_size), smallMembers: [], group: growth };
  return { facts, top: `${only?.vg_name}/${only?.lv_name}` };
}

/** It, or what lies on it, such as an open LUKS container. */
async function isMountedByUs(system: System, name: string, mounts: readonly Mount[]): Promise<boolean> {
  return (await readDiskRecords(system))
    .filter((record) => mountOf(record, mounts) !== undefined)
    .some(({ key, beneath }) => [key, ...beneath].some((each) => nameIn(each) === name));
}

/** dmsetup(8) shows `0 LENGTH crypt CIPHER KEY IV DEVICE OFFSET`, in sectors; without --showkeys no key. */
async function observeContainerGrowth(system: System, { device }: SeenDisk): Promise<Growing | undefined> {
  const [holder] = device.holders;
  const mapping = holder === undefined ? '' : await system.files.read(`/sys/class/block/${holder}/dm/name`);
  const top = mapping?.trim() ?? '';
  if (top === '') return undefined;
  const { stdout } = await system.processes.run('dmsetup', ['table', '--', top]);
  const [, length, target, , , , , offset] = stdout.trim().split(' ');
  if (target !== 'crypt') return undefined;
  const unusedBytes = device.sizeBytes - (Number(length) + Number(offset)) * sector;
  return { facts: { unusedBytes, stepBytes: mebibyte, ...nothing }, top };
}

/** Documentation/admin-guide/md.rst of the Linux kernel: `component_size` in KiB, `dev-NAME/offset` in sectors. */
async function observeArrayGrowth(system: System, { device }: SeenDisk): Promise<Growing | undefined> {
  const [holder] = device.holders;
  const folder = `/sys/class/block/${holder}/md`;
  const used = Number((await system.files.read(`${folder}/component_size`)) ?? Number.NaN) * 1024;
  if (!(used > 0)) return undefined;
  const slaves = await system.files.list(`/sys/class/block/${holder}/slaves`);
  const unused = new Map<string, number>();
  for (const name of slaves) {
    const offset = Number((await system.files.read(`${folder}/dev-${name}/offset`)) ?? 0) * sector;
    const size = (await observeDiskOf(system, name)).find((each) => each.name === name)?.sizeBytes ?? 0;
    unused.set(name, size - offset - used);
  }
  const own = unused.get(device.name) ?? 0;
  const small = own < mebibyte ? [] : [...unused].filter(([, bytes]) => bytes < mebibyte);
  const smallMembers = small.map(([name]) => `/dev/${name}`);
  return { facts: { unusedBytes: own, stepBytes: mebibyte, smallMembers, group: undefined }, top: `/dev/${holder}` };
}
