import { join } from 'node:path';
import { withDeviceLock } from '../../../core/block-device/device-lock.ts';
import { AgentError } from '../../../core/error/agent-error.ts';
import { makeFolder } from '../../../core/system/own-tree.ts';
import type { System } from '../../../core/system/system.ts';
import { type DiskLayout, placeOf } from '../block-device/layout.ts';
import type { BlockNode } from '../block-device/nodes.ts';
import type { VolumeMaker } from '../output/make-disks.ts';
import { type AttachedLoop, attachLoop } from './attach-loop.ts';
import { lvmWords, readSegments } from './lvm-words.ts';
import { type DeviceOfVolume, placeVolumes } from './place-volumes.ts';

/**
 * Makes physical volumes, groups and logical volumes by lvm(8), and finds out where they lie. Nothing is activated, so that
 * device-mapper is not needed and nothing of the host knows the group; the file systems are made and mounted by their place.
 * @throws AgentError `block-device.volume`, or what lvm said
 */
export const makeVolumes: VolumeMaker = async (disks, { blockDevices: { nodes }, workFolder }, system) => {
  const layouts = disks.map(({ layout }) => layout);
  const physical = nodes.filter((node) => node.kind === 'physical-volume');
  if (physical.length === 0) return layouts;
  const lvm = await openLvm(workFolder, system);
  const places = physical.map((volume) => ({ volume, place: placeOf(layouts, volume.device) }));
  const attached: (DeviceOfVolume & AttachedLoop)[] = [];
  try {
    for (const { volume, place } of places) {
      const file = disks.find(({ layout }) => layout === place.disk)?.path ?? '';
      const part = ['--offset', String(place.offset), '--sizelimit', String(place.bytes), file];
      attached.push({ volume, place, ...(await attachLoop(part, system)) });
    }
    return await underLocks(attached, system, () => writeVolumes(nodes, layouts, attached, lvm));
  } finally {
    for (const { release } of attached) await release();
  }
};

/**
 * For before the build.
 * @throws AgentError `block-device.no-lvm` where this machine has no lvm(8)
 */
export async function requireLvm({ processes }: Pick<System, 'processes'>): Promise<void> {
  try {
    await processes.run('lvm', ['version', '--driverloaded', 'n']);
  } catch (cause) {
    if (!(cause instanceof AgentError) || cause.code !== 'process.missing') throw cause;
    throw new AgentError('the description of the block device has lvm, and this machine has no such program', {
      code: 'block-device.no-lvm',
      subject: 'lvm',
      remedy: 'install the package lvm2, or describe the block device without lvm',
      cause,
    });
  }
}

type Lvm = (devices: readonly string[], command: string, words: readonly string[]) => Promise<string>;

/** Settings and locks of the host are left alone, and no copy of the group's description is kept on it. */
async function openLvm(workFolder: string, { processes }: System): Promise<Lvm> {
  const folder = join(workFolder, 'lvm');
  await makeFolder(folder);
  const environment = { LVM_SYSTEM_DIR: folder, LVM_SUPPRESS_FD_WARNINGS: '1' };
  return async (devices, command, words) => {
    const { stdout } = await processes.run('lvm', lvmWords(folder, devices, command, words), { environment });
    return stdout;
  };
}

/**
 * As long as a device is locked, udev does not look at it, and LVM of the host does not activate what it finds there. The
 * lock is let go last: then the device is gone with it.
 */
async function underLocks<Result>(
  [first, ...others]: readonly AttachedLoop[],
  system: System,
  act: () => Promise<Result>,
): Promise<Result> {
  if (first === undefined) return act();
  return withDeviceLock(system, first.device, async () => {
    try {
      return await underLocks(others, system, act);
    } finally {
      await first.release();
    }
  });
}

async function writeVolumes(
  nodes: readonly BlockNode[],
  layouts: readonly DiskLayout[],
  attached: readonly DeviceOfVolume[],
  lvm: Lvm,
): Promise<DiskLayout[]> {
  const devices = attached.map(({ device }) => device);
  const deviceOf = (name: string) => attached.find(({ volume }) => volume.name === name)?.device ?? '';
  for (const { volume, device } of attached) await lvm(devices, 'pvcreate', [...volume.options, device]);
  for (const node of nodes)
    if (node.kind === 'volume-group')
      await lvm(devices, 'vgcreate', [...node.options, node.name, ...node.bases.map(deviceOf)]);
  for (const node of nodes) {
    if (node.kind !== 'logical-volume') continue;
    const size = 'bytes' in node.size ? ['--size', `${node.size.bytes}B`] : ['--extents', node.size.extents];
    await lvm(devices, 'lvcreate', [...notActivated, ...node.options, ...size, '--name', node.name, node.group]);
  }
  return placeVolumes(nodes, layouts, attached, await readSegments((words) => lvm(devices, 'pvs', words)));
}

/** lvcreate(8): what is not active cannot be wiped, and a new file has nothing to wipe. */
const notActivated = ['--activate', 'n', '--zero', 'n', '--wipesignatures', 'n'];
