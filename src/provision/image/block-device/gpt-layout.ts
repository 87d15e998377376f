import type { PlacedPartition } from './placed-partition.ts';
import type { PartitionNode } from './nodes.ts';
import { gptType } from './partition-types.ts';
import { relativeBytes } from './sizes.ts';
import { alignUp, type ReportTable, type TableSpace } from './table-space.ts';

const mebibyte = 1024 * 1024;
/** UEFI 2.10, 5.3: the table takes 16 KiB and a header at either end. */
const tableBytes = 16 * 1024;
const mostPartitions = 128;
/** Kept back for the tables at both ends and for rounding. */
const reserved = 2 * mebibyte;

/** Places the partitions of a GPT one after another. Sizes are whole MiB; a share is of what is left, unrounded. */
export function placeGpt(
  partitions: readonly PartitionNode[],
  space: TableSpace,
  report: ReportTable,
): PlacedPartition[] {
  const tableSectors = Math.ceil(tableBytes / space.sectorBytes) + 1;
  if (partitions.length > mostPartitions)
    report('partitions', partitions[mostPartitions]?.name ?? '', `a GPT has room for ${mostPartitions} partitions`);
  let free = space.sectors * space.sectorBytes - reserved;
  let next = alignUp(tableSectors + 1, space);
  return partitions.map((partition, index) => {
    // A larger alignment than 1 MiB leaves gaps, which nobody can have.
    const room = (space.sectors - tableSectors - next) * space.sectorBytes;
    const bytes = bytesOf(partition, Math.min(free, room), report);
    const start = next;
    const sectors = (Math.floor(bytes / mebibyte) * mebibyte) / space.sectorBytes;
    free -= bytes;
    next = alignUp(start + sectors, space);
    const { name } = partition;
    if (start + sectors > space.sectors - tableSectors)
      report('size', name, `partition ${name} goes past the end of the disk`);
    // The flag `boot` is of MBRs; here the type of a partition says what boots from it.
    return { name, number: index + 1, start, sectors, type: gptType(partition.type) ?? '', isBoot: false };
  });
}

function bytesOf({ name, size }: PartitionNode, free: number, report: ReportTable): number {
  const bytes = relativeBytes(size, Math.max(0, free));
  if (bytes === undefined) report('size', name, `partition ${name}: '${size}' is not a size such as 10GiB or 50%`);
  else if (bytes > free)
    report('size', name, `partition ${name}: ${size} are asked for and ${Math.max(0, free)} bytes are left`);
  else if (bytes < mebibyte) report('size', name, `partition ${name}: its size ${size} is less than 1 MiB`);
  else return bytes;
  return mebibyte;
}
