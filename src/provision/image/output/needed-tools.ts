import { AgentError } from '../../../core/error/agent-error.ts';
import { followedStatus } from '../../../core/system/own-tree.ts';
import { toolEnvironment } from '../../../core/system/tool-environment.ts';
import type { BlockDevices } from '../block-device/block-devices.ts';
import { makingOf, type OutputType } from './output-types.ts';

/** A program that makes a part of the outputs. */
export interface NeededTool {
  readonly tool: string;
  /** The package of Debian that has it. */
  readonly package: string;
}

const squashfs: NeededTool = { tool: 'mksquashfs', package: 'squashfs-tools' };
const converter: NeededTool = { tool: 'qemu-img', package: 'qemu-utils' };
const partitioner: NeededTool = { tool: 'sfdisk', package: 'fdisk' };

const ext: readonly NeededTool[] = [{ tool: 'mke2fs', package: 'e2fsprogs' }];
const fat: readonly NeededTool[] = [
  { tool: 'mkfs.fat', package: 'dosfstools' },
  { tool: 'mcopy', package: 'mtools' },
];

/** By the type of a file system. What every Debian has is left out. */
const ofFileSystems: Readonly<Record<string, readonly NeededTool[]>> = {
  ext2: ext,
  ext3: ext,
  ext4: ext,
  vfat: fat,
  fat,
  btrfs: [{ tool: 'mkfs.btrfs', package: 'btrfs-progs' }],
  xfs: [{ tool: 'mkfs.xfs', package: 'xfsprogs' }],
};

/** The programs that outputs of these types are made with, each once. */
export function neededTools(types: readonly OutputType[], { nodes, tables }: BlockDevices): NeededTool[] {
  const makings = types.map(makingOf);
  const tools = [
    ...(types.includes('squashfs') ? [squashfs] : []),
    ...(makings.some((making) => making.from === 'disk' && making.format !== 'raw') ? [converter] : []),
  ];
  if (!makings.some(({ from }) => from === 'disk')) return tools;
  const systems = nodes.flatMap((node) => (node.kind === 'file-system' ? (ofFileSystems[node.type] ?? []) : []));
  return [...new Set([...tools, ...(tables.length > 0 ? [partitioner] : []), ...systems])];
}

/** For before the build. @throws AgentError `image.tool-missing` with all that this machine has not */
export async function requireTools(tools: readonly NeededTool[]): Promise<void> {
  const areThere = await Promise.all(tools.map(({ tool }) => isInstalled(tool)));
  const missing = tools.filter((_, index) => !areThere[index]);
  if (missing.length === 0) return;
  throw new AgentError('the images are made with it, and this machine does not have it', {
    code: 'image.tool-missing',
    subject: missing.map(({ tool }) => tool).join(', '),
    remedy: `install ${[...new Set(missing.map((one) => one.package))].join(' ')}`,
  });
}

async function isInstalled(tool: string): Promise<boolean> {
  const statuses = await Promise.all(
    toolEnvironment.PATH.split(':').map((folder) => followedStatus(`${folder}/${tool}`).catch(() => undefined)),
  );
  return statuses.some((status) => status?.type === 'file' && (status.mode & 0o111) !== 0);
}
