import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { PartitionTable } from '../../core/block-device/partition-table.ts';
import { decideRootGrowth, type RootGrowth } from './root-growth.ts';

/** What the decision to enlarge a partition of a data disk rests on. */
export interface DataGrowthFacts {
  /** The partition; undefined once it is gone. */
  readonly device: BlockDevice | undefined;
  /** The disk that it lies on. */
  readonly disk: BlockDevice | undefined;
  readonly table: PartitionTable | undefined;
  /** Where the agent mounted it. */
  readonly mountPoint: string;
  /** By the table of mounts and the agent's own record of it. */
  readonly isMountedByUs: boolean;
  readonly isSystemDisk: boolean;
}

type Row = (facts: DataGrowthFacts) => readonly [condition: boolean, code: string, because: string];

/** Rows 1 to 4 of docs/decisions/data-partition.md; what follows is docs/decisions/root-disk.md. */
const rows: readonly Row[] = [
  ({ device }) => [device?.partition == null, 'no-partition', 'it is no partition any more'],
  ({ isMountedByUs, mountPoint }) => [!isMountedByUs, 'not-mounted', `the agent has not mounted it at ${mountPoint}`],
  ({ isSystemDisk }) => [isSystemDisk, 'system-disk', 'the running system is on its disk'],
  ({ disk, device }) => {
    const holders = [...(disk?.holders ?? []), ...(device?.holders ?? [])];
    return [holders.length > 0, 'in-use', `${holders.join(', ')} is built on it`];
  },
];

/** What is to be done about a partition of a data disk. Asked when it is planned, and again under the lock of the disk. */
export function decideDataGrowth(facts: DataGrowthFacts): RootGrowth {
  for (const [index, judge] of rows.entries()) {
    const [applies, code, because] = judge(facts);
    if (applies) return { kind: 'leave', row: index + 1, code, because, tell: false };
  }
  const { device, disk, table, mountPoint } = facts;
  const shared = { fileSystem: undefined, device, disk, table, filledBytes: null };
  const decision = decideRootGrowth(shared, mountPoint);
  const row = rows.length + decision.row;
  if (decision.kind === 'leave') return { ...decision, row };
  const { partition, enlarge } = decision.change;
  const entry = table?.entries.find(({ number }) => number === partition);
  const kernelIsBehind = (entry?.size ?? 0) * (table?.sectorBytes ?? 0) > (device?.sizeBytes ?? 0);
  // GUIDs of a data disk are whoever's made it: none is drawn anew.
  const change = { partition, enlarge, renewDiskId: false, renewEntryIds: [] };
  if (enlarge || kernelIsBehind) return { kind: 'grow', row, change };
  const because = `no space is left behind the partition of ${mountPoint}`;
  return { kind: 'leave', row: row - 1, code: 'filled', because, tell: false };
}
