import { type Decision, type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';
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
export const smallestGrowth = 2 * 1024 ** 2;

/** `tell`: an admin should hear of it; `tell-of-space`: only where space lies there that this machine does not use. */
type Outcome = 'leave' | 'tell' | 'tell-of-space' | 'grow';

/** What the rows are about. */
export interface GrowthSubject {
  readonly facts: RootDiskFacts;
  /** Where the partition is mounted. */
  readonly place: string;
  /** Whether GUIDs that are null are drawn again: not those of a data disk, which belong to the one who made it. */
  readonly mayRenewIds: boolean;
}

export const rootGrowthTable: DecisionTable<GrowthSubject, Outcome> = {
  document: 'docs/decisions/root-disk.md',
  rows: [
    {
      row: 1,
      code: 'no-block-device',
      outcome: 'leave',
      applies: ({ facts: { device }, place }) => device === undefined && `${place} is not on a block device`,
    },
    {
      row: 2,
      code: 'layered',
      outcome: 'leave',
      applies: ({ facts: { disk, device }, place }) =>
        disk === undefined && `something lies between ${place} (${device?.name}) and its disk, such as LVM, md or LUKS`,
    },
    {
      row: 3,
      code: 'read-only',
      outcome: 'leave',
      applies: ({ facts }) => facts.disk?.readOnly === true && 'the disk is read-only',
    },
    {
      row: 4,
      code: 'whole-disk',
      outcome: 'leave',
      applies: ({ facts: { table }, place }) =>
        table === undefined && `${place} is on the whole disk, which has no table`,
    },
    {
      row: 5,
      code: 'unknown-table',
      outcome: 'leave',
      applies: ({ facts: { table } }) =>
        table?.label !== 'gpt' && table?.label !== 'dos' && `its table is of the type ${table?.label}`,
    },
    {
      row: 6,
      code: 'hybrid-table',
      outcome: 'leave',
      applies: ({ facts }) => facts.table?.isHybrid === true && 'it has a GPT and an MBR that both name partitions',
    },
    {
      row: 7,
      code: 'damaged-table',
      outcome: 'tell',
      applies: ({ facts: { table } }) => table !== undefined && !isSound(table) && describeDamage(table),
    },
    {
      row: 8,
      code: 'table-changed',
      outcome: 'tell',
      applies: ({ facts }) => !isSamePlace(facts) && 'its table is not the one that the kernel works with',
    },
    {
      row: 9,
      code: 'logical-partition',
      outcome: 'leave',
      applies: ({ facts, place }) =>
        facts.table?.label === 'dos' &&
        (entryOf(facts)?.number ?? 0) > 4 &&
        `${place} is on a logical partition of an MBR`,
    },
    {
      row: 10,
      code: 'overlap',
      outcome: 'tell',
      applies: ({ facts, place }) => overlaps(facts) && `another partition overlaps the one of ${place}`,
    },
    {
      row: 11,
      code: 'partition-behind',
      outcome: 'tell-of-space',
      applies: ({ facts, place }) => {
        const behind = partitionBehind(facts);
        return behind !== undefined && `partition ${behind.number} lies behind the one of ${place}`;
      },
    },
    {
      row: 12,
      code: 'filled',
      outcome: 'leave',
      applies: (subject) =>
        changeOf(subject) === undefined && `no space is left behind the partition of ${subject.place}`,
    },
    {
      row: 13,
      code: 'not-filled',
      outcome: 'grow',
      applies: ({ place }) => `the partition of ${place} does not fill its disk`,
    },
  ],
};

/** What is to be done about the partition of `/`. Asked when it is planned, and again under the lock of the disk. */
export function decideRootGrowth(facts: RootDiskFacts): RootGrowth {
  const subject = { facts, place: '/', mayRenewIds: true };
  return growthOf(decideAlways(rootGrowthTable, subject), subject);
}

/** The answer of a table that ends with the rows of this one. */
export function growthOf(decision: Decision<Outcome>, subject: GrowthSubject): RootGrowth {
  const { row, code, because, outcome } = decision;
  const change = changeOf(subject);
  if (outcome === 'grow' && change !== undefined) return { kind: 'grow', row, change };
  const { facts } = subject;
  const isSpaceBehind = outcome === 'tell-of-space' && unusedBytes(facts, partitionBehind(facts)) >= smallestGrowth;
  return { kind: 'leave', row, code, because, tell: outcome === 'tell' || isSpaceBehind };
}

/** Undefined where everything is as it should be. */
function changeOf({ facts, mayRenewIds }: GrowthSubject): TableChange | undefined {
  const { device, table } = facts;
  const entry = entryOf(facts);
  if (table === undefined || entry === undefined || device === undefined) return undefined;
  const enlarge = unusedBytes(facts, entry) >= smallestGrowth;
  const kernelIsBehind = entry.size * table.sectorBytes > device.sizeBytes;
  const renewDiskId = mayRenewIds && table.label === 'gpt' && table.id === nullGuid;
  const nullEntries = mayRenewIds ? table.entries.filter(({ uuid }) => uuid === nullGuid) : [];
  if (!enlarge && !kernelIsBehind && !renewDiskId && nullEntries.length === 0) return undefined;
  return { partition: entry.number, enlarge, renewDiskId, renewEntryIds: nullEntries.map(({ number }) => number) };
}

function entryOf({ device, table }: RootDiskFacts): TableEntry | undefined {
  return table?.entries.find(({ number }) => number === device?.partition?.number);
}

function isSound({ label, entries, remarks }: PartitionTable): boolean {
  return remarks.length === 0 && !isProtective(label, entries);
}

/** What is left of a GPT whose both copies are damaged: the one MBR entry that kept old tools away from it. */
function isProtective(label: string, entries: readonly TableEntry[]): boolean {
  return label === 'dos' && entries.some(({ type }) => type === 'ee');
}

function describeDamage(table: PartitionTable): string {
  return `its table is not sound: ${table.remarks.join('; ') || 'a protective MBR without a GPT'}`;
}

function isSamePlace(facts: RootDiskFacts): boolean {
  const { device, table } = facts;
  const entry = entryOf(facts);
  if (device === undefined || table === undefined || entry === undefined) return false;
  const isAtStart = entry.start * table.sectorBytes === device.partition?.startBytes;
  return isAtStart && entry.size * table.sectorBytes >= device.sizeBytes;
}

function overlaps(facts: RootDiskFacts): boolean {
  const entry = entryOf(facts);
  if (entry === undefined) return false;
  return (facts.table?.entries ?? []).some(
    (other) => other !== entry && other.start < entry.start + entry.size && entry.start < other.start + other.size,
  );
}

function partitionBehind(facts: RootDiskFacts): TableEntry | undefined {
  const entry = entryOf(facts);
  return facts.table?.entries.findLast((other) => other.start > (entry?.start ?? 0));
}

/** Bytes between the end of an entry and the end of what a table on this disk can hold. */
function unusedBytes({ disk, table }: RootDiskFacts, entry: TableEntry | undefined): number {
  if (disk === undefined || table === undefined || entry === undefined) return 0;
  const sectors = Math.floor(disk.sizeBytes / table.sectorBytes);
  // UEFI 2.10, 5.3: the backup of the table, 16 KiB and its header, ends the disk. An MBR counts with 32 bits.
  const end = table.label === 'gpt' ? sectors - 1 - Math.ceil(16384 / table.sectorBytes) : Math.min(sectors, 2 ** 32);
  return (end - entry.start - entry.size) * table.sectorBytes;
}
