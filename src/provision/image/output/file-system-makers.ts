import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import type { BlockDevices } from '../block-device/block-devices.ts';
import type { BlockNode } from '../block-device/nodes.ts';
import type { FileSystemMaker } from './file-system-work.ts';
import { makeBtrfs } from './make-btrfs.ts';
import { makeExt } from './make-ext.ts';
import { makeFat } from './make-fat.ts';
import { makeSwap } from './make-swap.ts';
import { makeXfs } from './make-xfs.ts';

/** By type, how a file system with content is made in a file. To add one: a file `make-….ts`, a line here. */
export const makers: Readonly<Record<string, FileSystemMaker>> = {
  ext2: makeExt,
  ext3: makeExt,
  ext4: makeExt,
  vfat: makeFat,
  fat: makeFat,
  btrfs: makeBtrfs,
  swap: makeSwap,
  xfs: makeXfs,
};

/**
 * Refuses what cannot be made; for before the build.
 * @param usesLoops whether the build has loop devices, which LVM needs
 * @throws AgentError `output.file-system`; `block-device.no-files`, `.thin` or `.no-table` for LVM
 */
export function refuseUnmakeable({ nodes, tables }: BlockDevices, usesLoops: boolean): void {
  for (const node of nodes) {
    refuseVolumes(node, nodes, usesLoops);
    if (node.kind === 'file-system' && !Object.hasOwn(makers, node.type)) {
      const known = Object.keys(makers).join(', ');
      throw unmakeable('output.file-system', node.name, `${node.type} cannot be made in a file; ${known} can`);
    }
    const isLarge = node.kind === 'disk' && node.sectorBytes !== 512;
    if (isLarge && tables.some(({ base }) => base === node.name))
      throw unmakeable('output.file-system', node.name, 'sfdisk writes tables of 512-byte sectors only into a file');
  }
}

function refuseVolumes(node: BlockNode, nodes: readonly BlockNode[], usesLoops: boolean): void {
  if (node.kind === 'lvm' && !usesLoops)
    throw unmakeable(
      'block-device.no-files',
      node.name,
      'LVM writes to a device, and this build makes its disks in files',
      'build as root with --loop, or describe the block device without lvm',
    );
  if (node.kind === 'logical-volume' && node.isThin)
    throw unmakeable(
      'block-device.thin',
      node.name,
      'a thin volume and its pool are written by device-mapper, which no build uses',
      "give the volume a size of its own, without 'thin-pool' and 'type'",
    );
  // A host that has LVM would take the group for its own as soon as the whole disk is a loop device: udev looks at each.
  if (node.kind === 'physical-volume' && nodes.some(({ kind, name }) => kind === 'disk' && name === node.device))
    throw unmakeable(
      'block-device.no-table',
      node.name,
      `its base ${node.device} is a whole disk, and the LVM of this host would take that for one of its own`,
      'give the disk a table of partitions, and the volume a partition for its base',
    );
}

const withoutIt = 'describe the block device without it';

function unmakeable(code: string, subject: string, message: string, remedy = withoutIt): AgentError {
  return new AgentError(message, { code, subject, remedy, exitCode: ExitCode.badConfiguration });
}
