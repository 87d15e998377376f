import type { PlacedPartition } from './placed-partition.ts';
import type { PartitionNode } from './nodes.ts';
import { mbrType } from './partition-types.ts';
import { relativeBytes } from './sizes.ts';
import { alignUp, type ReportTable, type TableSpace } from './table-space.ts';

/** An entry counts sectors in 32 bits. */
const highestSector = 2 ** 32;

/**
 * Places the partitions of an MBR: primary ones first, the others one after another in an extended partition that takes
 * what is left. Each logical one has a unit of alignment in front, for its own table. A share is of what is left, less
 * one such unit.
 */
export function placeMbr(
  partitions: readonly PartitionNode[],
  space: TableSpace,
  report: ReportTable,
): PlacedPartition[] {
  const firstLogical = partitions.findIndex(({ isPrimary }) => !isPrimary);
  const primaries = firstLogical < 0 ? partitions : partitions.slice(0, firstLogical);
  checkNumber(partitions, primaries.length, report);
  const placed: PlacedPartition[] = [];
  let next = alignUp(1, space);
  for (const [index, partition] of partitions.entries()) {
    if (index === firstLogical) placed.push(extended(next, index + 1, space));
    const isLogical = firstLogical >= 0 && index >= firstLogical;
    const start = isLogical ? alignUp(next + 1, space) : next;
    const sectors = sectorsOf(partition, next, space, report);
    if (start + sectors > Math.min(space.sectors, highestSector))
      report('size', partition.name, `partition ${partition.name} goes past the end of the disk`);
    const { name, isBoot } = partition;
    const number = isLogical ? 5 + index - firstLogical : index + 1;
    placed.push({ name, number, start, sectors, type: mbrType(partition.type), isBoot });
    next = alignUp(start + sectors, space);
  }
  return placed;
}

function checkNumber(partitions: readonly PartitionNode[], primaries: number, report: ReportTable): void {
  const late = partitions.slice(primaries).find(({ isPrimary }) => isPrimary);
  if (late !== undefined)
    report('partitions', late.name, `partition ${late.name} is primary and comes after a logical one: put it first`);
  const entries = primaries + (primaries < partitions.length ? 1 : 0);
  if (entries > 4)
    report(
      'partitions',
      partitions[4]?.name ?? '',
      `an MBR has room for four partitions, and ${entries} are primary or extended: leave out 'primary' or use label gpt`,
    );
}

function extended(start: number, number: number, space: TableSpace): PlacedPartition {
  return { name: null, number, start, sectors: space.sectors - start, type: 'f', isBoot: false };
}

function sectorsOf({ name, size }: PartitionNode, next: number, space: TableSpace, report: ReportTable): number {
  const free = Math.max(0, space.sectors - next - space.alignSectors);
  const bytes = relativeBytes(size, free * space.sectorBytes);
  const sectors = Math.floor((bytes ?? 0) / space.sectorBytes);
  if (bytes === undefined) report('size', name, `partition ${name}: '${size}' is not a size such as 10GiB or 50%`);
  else if (sectors < 1) report('size', name, `partition ${name}: its size ${size} comes to nothing`);
  return sectors;
}
