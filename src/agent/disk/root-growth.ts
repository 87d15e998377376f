import type { PartitionTable, TableEntry } from '../../core/block-device/partition-table.ts';
import type { RootDiskFacts } from './root-disk.ts';

/** What is done about the partition that is mounted somewhere. `row` is that of docs/decisions/root-disk.md. */
export type RootGrowth =
  | {
      readonly kind: 'leave';
      readonly row: number;
      readonly code: string;
      readonly because: string;
      /** Whether an admin should hear of it: space lies there that this machine does not use. */
      readonly tell: boolean;
    }
  | { readonly kind: 'grow'; readonly row: number; readonly change: TableChange };

/** The change of the table; everything that is not named stays as it is. */
export interface TableChange {
  readonly partition: number;
  /** False where the table is right already and only the kernel does not know it yet. */
  readonly enlarge: boolean;
  readonly renewDiskId: boolean;
  /** Entries whose own GUID is null. */
  readonly renewEntryIds: readonly number[];
}

const nullGuid = '00000000-0000-0000-0000-000000000000';
// Partitioning tools leave up to 1 MiB at the end for alignment.
const smallestGrowth = 2 * 1024 ** 2;

type Row = (
  facts: Required<RootDiskFacts>,
  entry: TableEntry | undefined,
  place: string,
) => Omit<RootGrowth & { kind: 'leave' }, 'row' | 'kind'> | undefined;

const leave = (condition: boolean, code: string, because: string, tell = false) =>
  condition ? { code, because, tell } : undefined;

/** The table of docs/decisions/root-disk.md, row by row from 1; the first that speaks against it is the answer. */
const rows: readonly Row[] = [
  ({ device }, _entry, place) => leave(device === undefined, 'no-block-device', `${place} is not on a block device`),
  ({ disk, device }, _entry, place) =>
    leave(
      disk === undefined,
      'layered',
      `something lies between ${place} (${device?.name}) and its disk, such as LVM, md or LUKS`,
    ),
  ({ disk }) => leave(disk?.readOnly === true, 'read-only', 'the disk is read-only'),
  ({ table }, _entry, place) =>
    leave(table === undefined, 'whole-disk', `${place} is on the whole disk, which has no table`),
  ({ table }) =>
    leave(
      table?.label !== 'gpt' && table?.label !== 'dos',
      'unknown-table',
      `its table is of the type ${table?.label}`,
    ),
  ({ table }) => leave(table?.isHybrid === true, 'hybrid-table', 'it has a GPT and an MBR that both name partitions'),
  ({ table }) => leave(table !== undefined && !isSound(table), 'damaged-table', describeDamage(table), true),
  ({ device, table }, entry) =>
    leave(
      !isSamePlace(device, table, entry),
      'table-changed',
      'its table is not the one that the kernel works with',
      true,
    ),
  ({ table }, entry, place) =>
    leave(
      table?.label === 'dos' && (entry?.number ?? 0) > 4,
      'logical-partition',
      `${place} is on a logical partition of an MBR`,
    ),
  ({ table }, entry, place) =>
    leave(overlaps(table, entry), 'overlap', `another partition overlaps the one of ${place}`, true),
  (facts, entry, place) => {
    const behind = partitionBehind(facts.table, entry);
    const because = `partition ${behind?.number} lies behind the one of ${place}`;
    return leave(behind !== undefined, 'partition-behind', because, unusedBytes(facts, behind) >= smallestGrowth);
  },
];

/**
 * What is to be done about the partition of `/`. Asked when it is planned, and again under the lock of the disk.
 * @param place where it is mounted; other than `/` for a data disk, which has rows of its own before these
 */
export function decideRootGrowth(facts: RootDiskFacts, place = '/'): RootGrowth {
  const { device, table } = facts;
  const entry = table?.entries.find(({ number }) => number === device?.partition?.number);
  for (const [index, judge] of rows.entries()) {
    const answer = judge(facts, entry, place);
    if (answer !== undefined) return { kind: 'leave', row: index + 1, ...answer };
  }
  if (table === undefined || entry === undefined || device === undefined) throw new Error('the rows have no gap');
  const enlarge = unusedBytes(facts, entry) >= smallestGrowth;
  const kernelIsBehind = entry.size * table.sectorBytes > device.sizeBytes;
  const renewDiskId = table.label === 'gpt' && table.id === nullGuid;
  const renewEntryIds = table.entries.filter(({ uuid }) => uuid === nullGuid).map(({ number }) => number);
  if (!enlarge && !kernelIsBehind && !renewDiskId && renewEntryIds.length === 0) {
    const because = `no space is left behind the partition of ${place}`;
    return { kind: 'leave', row: rows.length + 1, code: 'filled', because, tell: false };
  }
  return {
    kind: 'grow',
    row: rows.length + 2,
    change: { partition: entry.number, enlarge, renewDiskId, renewEntryIds },
  };
}

function isSound({ label, entries, remarks }: PartitionTable): boolean {
  return remarks.length === 0 && !isProtective(label, entries);
}

/** What is left of a GPT whose both copies are damaged: the one MBR entry that kept old tools away from it. */
function isProtective(label: string, entries: readonly TableEntry[]): boolean {
  return label === 'dos' && entries.some(({ type }) => type === 'ee');
}

function describeDamage(table: PartitionTable | undefined): string {
  return `its table is not sound: ${table?.remarks.join('; ') || 'a protective MBR without a GPT'}`;
}

function isSamePlace(
  device: RootDiskFacts['device'],
  table: PartitionTable | undefined,
  entry: TableEntry | undefined,
): boolean {
  if (device === undefined || table === undefined || entry === undefined) return false;
  const isAtStart = entry.start * table.sectorBytes === device.partition?.startBytes;
  return isAtStart && entry.size * table.sectorBytes >= device.sizeBytes;
}

function overlaps(table: PartitionTable | undefined, entry: TableEntry | undefined): boolean {
  if (entry === undefined) return false;
  return (table?.entries ?? []).some(
    (other) => other !== entry && other.start < entry.start + entry.size && entry.start < other.start + other.size,
  );
}

function partitionBehind(table: PartitionTable | undefined, entry: TableEntry | undefined): TableEntry | undefined {
  return table?.entries.findLast((other) => other.start > (entry?.start ?? 0));
}

/** Bytes between the end of an entry and the end of what a table on this disk can hold. */
function unusedBytes({ disk, table }: RootDiskFacts, entry: TableEntry | undefined): number {
  if (disk === undefined || table === undefined || entry === undefined) return 0;
  const sectors = Math.floor(disk.sizeBytes / table.sectorBytes);
  // UEFI 2.10, 5.3: the backup of the table, 16 KiB and its header, ends the disk. An MBR counts with 32 bits.
  const end = table.label === 'gpt' ? sectors - 1 - Math.ceil(16384 / table.sectorBytes) : Math.min(sectors, 2 ** 32);
  return (end - entry.start - entry.size) * table.sectorBytes;
}
