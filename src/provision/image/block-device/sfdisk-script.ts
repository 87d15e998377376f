import type { DiskLayout } from './layout.ts';
import type { PlacedPartition } from './placed-partition.ts';

/** Numbers of a table that must differ between disks; the caller makes them up. */
export interface TableIds {
  /** A GUID; the first eight digits are the signature of an MBR. */
  readonly disk: string;
  /** A GUID for the partition of a number. */
  partition(number: number): string;
}

/** What sfdisk(8) reads to write the table of a disk; undefined where it has none. */
export function sfdiskScript({ table }: DiskLayout, ids: TableIds): string | undefined {
  if (table === null) return undefined;
  const isGpt = table.label === 'gpt';
  const lines = [
    `label: ${isGpt ? 'gpt' : 'dos'}`,
    `label-id: ${isGpt ? ids.disk : `0x${ids.disk.slice(0, 8)}`}`,
    'unit: sectors',
    ...(isGpt ? ['first-lba: 34'] : []),
    '',
    ...table.partitions.map((partition) => line(partition, isGpt, ids)),
  ];
  return `${lines.join('\n')}\n`;
}

function line({ name, number, start, sectors, type, isBoot }: PlacedPartition, isGpt: boolean, ids: TableIds): string {
  const fields = [`start=${start}`, `size=${sectors}`, `type=${type}`];
  if (isGpt) fields.push(`uuid=${ids.partition(number)}`, `name="${(name ?? '').replace(/["\\]/g, '_')}"`);
  if (isBoot) fields.push('bootable');
  return `${number} : ${fields.join(', ')}`;
}
