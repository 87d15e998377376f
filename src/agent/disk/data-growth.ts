import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { PartitionTable } from '../../core/block-device/partition-table.ts';
import { growthOf, type GrowthSubject, type RootGrowth, rootGrowthTable } from './root-growth.ts';
import { type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';

/** What the decision to enlarge a partition of a data disk rests on. */
export interface DataGrowthFacts {
  /** The partition; undefined once it is gone. */
  readonly device: BlockDevice | undefined;
  /** The disk that it lies on. */
  readonly disk: BlockDevice | undefined;
  readonly table: PartitionTable | undefined;
  /** Where the agent mounted it. */
  readonly mountPoint: string;
  /** By the table of mounts and the agent's own record of it, or of what lies on it. */
  readonly isMountedByUs: boolean;
  /** What is built on it is the agent's, and is what is mounted (CONFIG_LAYERS). */
  readonly bearsStack: boolean;
  /** The agent mounted what is built on it so that not one byte changes. */
  readonly isKept: boolean;
  readonly isSystemDisk: boolean;
}

type Own = DecisionTable<DataGrowthFacts, (typeof rootGrowthTable.rows)[number]['outcome']>;

const own: Own['rows'] = [
  {
    row: 1,
    code: 'no-partition',
    outcome: 'leave',
    applies: ({ device }) => device?.partition == null && 'it is not a partition any more',
  },
  {
    row: 2,
    code: 'not-mounted',
    outcome: 'leave',
    applies: ({ isMountedByUs, mountPoint }) => !isMountedByUs && `the agent has not mounted it at ${mountPoint}`,
  },
  {
    row: 3,
    code: 'system-disk',
    outcome: 'leave',
    applies: ({ isSystemDisk }) => isSystemDisk && 'the running system is on its disk',
  },
  {
    row: 4,
    code: 'in-use',
    outcome: 'leave',
    applies: ({ disk, device, bearsStack }) => {
      const holders = [...(disk?.holders ?? []), ...(bearsStack ? [] : (device?.holders ?? []))];
      return holders.length > 0 && `${holders.join(', ')} is built on it`;
    },
  },
  {
    row: 5,
    code: 'kept-unchanged',
    outcome: 'leave',
    applies: ({ isKept }) => isKept && 'what is built on it is mounted so that not one byte of it changes',
  },
];

/** Five rows of its own, and behind them all of docs/decisions/root-disk.md. */
export const dataGrowthTable: Own = {
  document: 'docs/decisions/data-partition.md',
  rows: [
    ...own,
    ...rootGrowthTable.rows.map((each) => ({
      ...each,
      row: own.length + each.row,
      applies: (facts: DataGrowthFacts) => each.applies(subjectOf(facts)),
    })),
  ],
};

/** What is to be done about a partition of a data disk. Asked when it is planned, and again under the lock of the disk. */
export function decideDataGrowth(facts: DataGrowthFacts): RootGrowth {
  return growthOf(decideAlways(dataGrowthTable, facts), subjectOf(facts));
}

/** GUIDs of a data disk belong to the one who made it: none is drawn again. */
function subjectOf({ device, disk, table, mountPoint }: DataGrowthFacts): GrowthSubject {
  const facts = { fileSystem: undefined, device, disk, table, filledBytes: null };
  return { facts, place: mountPoint, mayRenewIds: false };
}
