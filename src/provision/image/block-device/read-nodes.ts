import { labelMistake } from './label-limits.ts';
import { type Mistake, refuseIfAny } from './mistakes.ts';
import type { FileSystemNode, MountNode, Nodes, PartitionNode } from './nodes.ts';
import { typeMistake } from './partition-types.ts';
import type { Plugin } from './plugins.ts';
import type { Entry, Settings } from './read-entries.ts';
import { checked, type Report } from './checked-settings.ts';
import { readLvm } from './read-lvm.ts';
import * as schemas from './settings-schemas.ts';

/**
 * The nodes of a flat list.
 * @throws AgentError `block-device.*` with all mistakes of all entries
 */
export function readNodes(entries: readonly Entry[]): Nodes {
  const mistakes: Mistake[] = [];
  const parts = entries.map((entry): Nodes => {
    const [[plugin = '', settings = {}] = []] = Object.entries(entry);
    const where = String(settings.name);
    const report: Report = (problem, what) => void mistakes.push({ problem, where, what });
    return readers[plugin as Plugin](settings, report);
  });
  refuseIfAny(mistakes);
  return { nodes: parts.flatMap(({ nodes }) => nodes), tables: parts.flatMap(({ tables }) => tables) };
}

type Reader = (settings: Settings, report: Report) => Nodes;

const nothing: Nodes = { nodes: [], tables: [] };

const readers: Readonly<Record<Plugin, Reader>> = {
  local_loop: (settings, report) => {
    const disk = checked(schemas.diskSettings, settings, report);
    if (disk === undefined) return nothing;
    return only({ kind: 'disk', name: disk.name, bytes: disk.size ?? null, sectorBytes: disk.block_size });
  },
  partitioning: readTable,
  lvm: readLvm,
  mkfs: readFileSystem,
  mount: (settings, report) => {
    const mount = checked(schemas.mountSettings, settings, report);
    if (mount === undefined) return nothing;
    const { name, base, mount_point: mountPoint } = mount;
    if (!isMountPoint(mountPoint)) report('mount', `mount point ${mountPoint} is not an absolute path`);
    return only({ kind: 'mount', name, base, mountPoint } satisfies MountNode);
  },
  fstab: (settings, report) => {
    const line = checked(schemas.fstabSettings, settings, report);
    if (line === undefined) return nothing;
    const { name, base, options } = line;
    if (/\s/.test(options)) report('fstab', `options '${options}' have a space, which ends them in fstab`);
    return only({
      kind: 'fstab',
      name,
      base,
      options,
      dumpFrequency: line['dump-freq'],
      fsckPass: line['fsck-passno'],
    });
  },
};

function readTable(settings: Settings, report: Report): Nodes {
  const table = checked(schemas.tableSettings, settings, report);
  if (table === undefined) return nothing;
  const { name, base, label } = table;
  const partitions = table.partitions.map((partition): PartitionNode => {
    const type = (partition.type ?? defaultTypes[label]).toUpperCase();
    const wrong = typeMistake(type, label);
    if (wrong !== undefined) report('type', `partition ${partition.name}: ${wrong}`);
    const isPrimary = partition.flags.includes('primary');
    if (isPrimary && label === 'gpt')
      report('flag', `partition ${partition.name}: a GPT has no primary partitions; leave out the flag`);
    return {
      kind: 'partition',
      name: partition.name,
      base,
      size: partition.size,
      type,
      isBoot: partition.flags.includes('boot'),
      isPrimary,
    };
  });
  return { nodes: partitions, tables: [{ name, base, label, align: table.align ?? null, partitions }] };
}

const defaultTypes = { mbr: '83', gpt: '8300' } as const;

function readFileSystem(settings: Settings, report: Report): Nodes {
  const given = checked(schemas.fileSystemSettings, settings, report);
  if (given === undefined) return nothing;
  const { name, base, type } = given;
  const written = given.label ?? name;
  const label = isFat(type) ? written.toUpperCase() : written;
  const wrong = labelMistake(label, type);
  if (wrong !== undefined) report('label', wrong);
  return only({
    kind: 'file-system',
    name,
    base,
    type,
    label,
    uuid: given.uuid ?? null,
    options: given.opts ?? [],
  } satisfies FileSystemNode);
}

export function isFat(type: string): boolean {
  return type === 'vfat' || type === 'fat';
}

/** Nobody writes outside the tree by `..`, and what is relative means nothing in fstab. */
function isMountPoint(path: string): boolean {
  if (path === 'swap') return true;
  return path.startsWith('/') && !path.split('/').includes('..') && !/\p{Cc}/u.test(path);
}

function only(node: Nodes['nodes'][number]): Nodes {
  return { nodes: [node], tables: [] };
}
