import type { Step } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import type { Flags } from '../flags/flag-table.ts';
import { decideDataGrowth } from './data-growth.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { fileSystemTraits } from './file-systems.ts';
import { isKeptAbove } from './mount-above.ts';
import { isReadOnly } from './is-read-only.ts';

/**
 * Makes a mounted file system fill its device, once for each size that the device has. What it is asked to do again
 * it does not do again, however many events tell of one resize. A partition comes first, and its file system in the
 * round after it.
 */
export function planGrowth(disk: AttachedDisk, record: DiskRecord, facts: DiskFacts, flags: Flags): Step[] {
  const { mountPoint } = record;
  if (growthTool(disk, facts, flags) === null || mountPoint === null) return [];
  const partition = planPartition(disk, mountPoint, facts, flags);
  if (partition.length > 0) return partition;
  return growFileSystemOf(disk, record, mountPoint, facts, flags);
}

/** The same for a device that need not be the one by which its file system was mounted. */
export function growFileSystemOf(
  disk: AttachedDisk,
  record: DiskRecord,
  mountPoint: string,
  facts: DiskFacts,
  flags: Flags,
): Step[] {
  const growth = growthTool(disk, facts, flags);
  if (growth === null || !wantsGrowth(disk, record, facts, flags)) return [];
  const { device, wholeDisk } = disk;
  const { path, majorMinor, diskSequence } = device;
  const meant = { device: path, majorMinor, disk: wholeDisk, diskSequence };
  const isLargeEnough = device.sizeBytes >= (fileSystemTraits(disk.fileSystem ?? '')?.leastGrownBytes ?? 0);
  return [
    {
      name: `grow ${path}`,
      actions: [
        ...(isLargeEnough ? [{ kind: 'grow-file-system', ...meant, mountPoint, growth } as const] : []),
        { kind: 'remember-disk', record: { ...record, filledBytes: device.sizeBytes } },
      ],
    },
  ];
}

/** Whether its file system may not fill the device yet. */
export function wantsGrowth(disk: AttachedDisk, record: DiskRecord, facts: DiskFacts, flags: Flags): boolean {
  const isFilled = record.filledBytes !== null && record.filledBytes >= disk.device.sizeBytes;
  return growthTool(disk, facts, flags) !== null && !isFilled;
}

/** A file with a mistake may have said that nothing of the disk is to change: it grows once the file is read again. */
function growthTool(disk: AttachedDisk, { assignments }: DiskFacts, flags: Flags) {
  if (!flags.CONFIG_GROW || isReadOnly(disk) || assignments.mistaken.length > 0) return null;
  return fileSystemTraits(disk.fileSystem ?? '')?.growth ?? null;
}

/** Only a disk that is mounted by the agent comes here, or one that bears what is. */
export function planPartition(
  disk: AttachedDisk,
  mountPoint: string,
  { table, records }: DiskFacts,
  flags: Flags,
): Step[] {
  if (!flags.CONFIG_GROW_PARTITION || table === undefined) return [];
  const { device, disk: whole, isSystemDisk } = disk;
  const ours = {
    isMountedByUs: true,
    bearsStack: device.holders.length > 0,
    isKept: isKeptAbove(device, records),
    isSystemDisk,
  };
  const decision = decideDataGrowth({ device, disk: whole, table, mountPoint, ...ours });
  if (decision.kind === 'leave') return [];
  const { name, diskSequence } = whole;
  return [
    {
      name: `grow ${device.path}`,
      actions: [{ kind: 'grow-partition', mountPoint, disk: name, diskSequence, ...decision.change }],
    },
  ];
}
