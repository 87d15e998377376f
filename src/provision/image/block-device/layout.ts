import { AgentError } from '../../../core/error/agent-error.ts';
import type { BlockDevices } from './block-devices.ts';
import { placeGpt } from './gpt-layout.ts';
import { placeMbr } from './mbr-layout.ts';
import { type Mistake, refuseIfAny } from './mistakes.ts';
import type { DiskNode, TableNode } from './nodes.ts';
import type { PlacedPartition } from './placed-partition.ts';

export interface PlacedTable {
  readonly label: 'mbr' | 'gpt';
  readonly partitions: readonly PlacedPartition[];
}

export interface DiskLayout {
  readonly name: string;
  readonly bytes: number;
  readonly sectorBytes: number;
  readonly table: PlacedTable | null;
  /** Logical volumes of LVM, once they are made. */
  readonly volumes: readonly PlacedVolume[];
}

/** A logical volume that lies on its disk in one piece. */
export interface PlacedVolume {
  readonly name: string;
  /** Bytes from the beginning of the disk. */
  readonly offset: number;
  readonly bytes: number;
}

/** The place of a disk or partition. */
export interface Place {
  readonly disk: DiskLayout;
  /** Bytes from the beginning of the disk. */
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Places every partition, with shares taken of what is left of the disk.
 * @param imageBytes size of a disk that has none of its own
 * @throws AgentError `block-device.size` or `block-device.partitions` for a table that its disk cannot hold
 */
export function placePartitions({ nodes, tables }: BlockDevices, imageBytes: number): DiskLayout[] {
  const mistakes: Mistake[] = [];
  const disks = nodes.filter((node) => node.kind === 'disk');
  const layouts = disks.map((disk): DiskLayout => {
    const table = tables.find(({ base }) => base === disk.name);
    const { name, sectorBytes } = disk;
    const bytes = wholeSectors(disk, imageBytes);
    const placed = table === undefined ? null : place(table, { ...disk, bytes }, mistakes);
    return { name, bytes, sectorBytes, table: placed, volumes: [] };
  });
  refuseIfAny(mistakes);
  return layouts;
}

/** @throws AgentError `block-device.no-place` for a logical volume, which is nowhere on a disk until LVM has made it */
export function placeOf(layouts: readonly DiskLayout[], name: string): Place {
  for (const disk of layouts) {
    if (disk.name === name) return { disk, offset: 0, bytes: disk.bytes };
    const volume = disk.volumes.find((each) => each.name === name);
    if (volume !== undefined) return { disk, offset: volume.offset, bytes: volume.bytes };
    const partition = disk.table?.partitions.find((each) => each.name === name);
    if (partition !== undefined)
      return { disk, offset: partition.start * disk.sectorBytes, bytes: partition.sectors * disk.sectorBytes };
  }
  throw new AgentError('it lies on no disk of the image', {
    code: 'block-device.no-place',
    subject: name,
    remedy: 'build with --loop if it is a volume of LVM',
  });
}

function wholeSectors({ bytes, sectorBytes }: DiskNode, imageBytes: number): number {
  return Math.floor((bytes ?? imageBytes) / sectorBytes) * sectorBytes;
}

function place(
  { label, align, partitions }: TableNode,
  { bytes, sectorBytes }: { readonly bytes: number; readonly sectorBytes: number },
  mistakes: Mistake[],
): PlacedTable {
  const report = (problem: string, where: string, what: string) => void mistakes.push({ problem, where, what });
  const space = { sectors: bytes / sectorBytes, sectorBytes, alignSectors: alignment(align, sectorBytes) };
  return { label, partitions: (label === 'mbr' ? placeMbr : placeGpt)(partitions, space, report) };
}

const defaultAlign = 1024 * 1024;

function alignment(align: number | null, sectorBytes: number): number {
  return Math.max(1, Math.floor((align ?? defaultAlign) / sectorBytes));
}
