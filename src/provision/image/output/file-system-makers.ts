import { AgentError, ExitCode } from '../../../core/error/agent-error.ts';
import type { BlockDevices } from '../block-device/block-devices.ts';
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
 * Refuses what cannot be made in a file; for before the build.
 * @throws AgentError `output.file-system`, or `block-device.no-files` for LVM
 */
export function refuseUnmakeable({ nodes, tables }: BlockDevices): void {
  for (const node of nodes) {
    if (node.kind === 'lvm')
      throw unmakeable('block-device.no-files', node.name, 'LVM needs device-mapper, and cannot be made in a file');
    if (node.kind === 'file-system' && !Object.hasOwn(makers, node.type)) {
      const known = Object.keys(makers).join(', ');
      throw unmakeable('output.file-system', node.name, `${node.type} cannot be made in a file; ${known} can`);
    }
    const isLarge = node.kind === 'disk' && node.sectorBytes !== 512;
    if (isLarge && tables.some(({ base }) => base === node.name))
      throw unmakeable('output.file-system', node.name, 'sfdisk writes tables of 512-byte sectors only into a file');
  }
}

function unmakeable(code: string, subject: string, message: string): AgentError {
  const remedy = 'describe the block device without it';
  return new AgentError(message, { code, subject, remedy, exitCode: ExitCode.badConfiguration });
}
