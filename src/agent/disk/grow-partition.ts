import { installedDocuments } from '../../core/error/installed-documents.ts';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { type DataGrowthFacts, decideDataGrowth } from './data-growth.ts';
import { decideRootGrowth, type TableChange } from './root-growth.ts';
import { isKeptAbove, mountAbove } from './mount-above.ts';
import { mountOf } from './mount-of.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { observePartitionTable, type PartitionTable } from '../../core/block-device/partition-table.ts';
import { observeRootDisk, type RootDiskFacts } from './root-disk.ts';
import { observeLayers } from './layers.ts';
import { isSystemDisk } from './system-disks.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { readDiskRecords } from './disk-records.ts';
import type { System } from '../../core/system/system.ts';
import { withDeviceLock } from '../../core/block-device/device-lock.ts';
import type { ActionKind } from '../action/kind.ts';

/**
 * Enlarges the partition of the running system, or the last one of a data disk, to the end of its disk. DESTRUCTIVE: the
 * handler checks the whole table of docs/decisions/root-disk.md or docs/decisions/data-partition.md first.
 */
export interface GrowPartition {
  readonly kind: 'grow-partition';
  /** Where it is mounted, and which table of decisions counts: that of the running system for `/`. */
  readonly mountPoint: string;
  /** Kernel name of the whole disk. */
  readonly disk: string;
  readonly diskSequence: number | null;
  readonly partition: number;
  /** False where the table is right already, and only the kernel does not know it yet. */
  readonly enlarge: boolean;
  /** A GUID of nothing but zeros is given to every copy of an image: it is drawn again. */
  readonly renewDiskId: boolean;
  readonly renewEntryIds: readonly number[];
}

export const growPartitionKind: ActionKind<GrowPartition> = {
  kind: 'grow-partition',
  describe: (action) => `grow partition ${action.partition} of /dev/${action.disk} to the end of the disk`,
  deviceOf: (action) => `/dev/${action.disk}`,
  apply: growPartition,
};

/** Where the table of the system's disk is kept as it was: `sfdisk DISK < this` brings it back. */
export const keptTablePath = '/var/lib/gandi/partition-table.sfdisk';

/**
 * Enlarges a mounted partition to the end of its disk, after everything that speaks for and against it was looked at
 * again under the disk's lock. libfdisk writes the backup of a GPT before the table itself, so a power cut leaves the old
 * table or the new one. The kernel is told of this one partition only, as the others are in use too.
 * @throws AgentError exit status 4 for a row of docs/decisions/root-disk.md or data-partition.md that refuses; nothing was
 *   changed then
 */
export async function growPartition(action: GrowPartition, system: System): Promise<void> {
  const path = `/dev/${action.disk}`;
  const kept = action.mountPoint === '/' ? keptTablePath : keptTablePath.replace('.sfdisk', `-${action.disk}.sfdisk`);
  await withDeviceLock(system, path, async () => {
    const change = changeNow(action, await observeGrowth(action, system), path);
    if (change === undefined) return;
    const before = await observePartitionTable(system, path);
    await keepTable(path, kept, system);
    await writeTable(path, change, system);
    verify(before, await observePartitionTable(system, path), change, path, kept);
    // partx(8) resizes a partition that is in use, as the one of / always is; resizepart(8) is not in Debian 13.
    await system.processes.run('partx', ['--update', '--nr', String(change.partition), path]);
  });
}

/** @returns undefined where another event of the same disk was faster */
function changeNow(action: GrowPartition, growth: GrowthFacts, path: string): TableChange | undefined {
  const isRoot = growth.kind === 'root';
  const decision = growth.kind === 'root' ? decideRootGrowth(growth.facts) : decideDataGrowth(growth.facts);
  const isSameDisk = growth.facts.disk?.name === action.disk && growth.facts.disk.diskSequence === action.diskSequence;
  if (decision.kind === 'grow' && isSameDisk && decision.change.partition === action.partition) return decision.change;
  if (!isRoot && isSameDisk && decision.kind === 'leave' && decision.code === 'filled') return undefined;
  const because =
    decision.kind === 'leave'
      ? decision.because
      : `${action.mountPoint} is on another partition than when it was planned`;
  const table = isRoot ? 'root-disk' : 'data-partition';
  throw new AgentError(`refused to touch its partition table: ${because}`, {
    code: `${table}.${decision.kind === 'leave' ? decision.code : 'changed'}`,
    subject: path,
    remedy: `nothing was changed; see row ${decision.row} of ${installedDocuments}/decisions/${table}.md`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

type GrowthFacts =
  | { readonly kind: 'root'; readonly facts: RootDiskFacts }
  | { readonly kind: 'data'; readonly facts: DataGrowthFacts };

async function observeGrowth(action: GrowPartition, system: System): Promise<GrowthFacts> {
  return action.mountPoint === '/'
    ? { kind: 'root', facts: await observeRootDisk(system) }
    : { kind: 'data', facts: await observeDataGrowth(action, system) };
}

async function observeDataGrowth(action: GrowPartition, system: System): Promise<DataGrowthFacts> {
  const { mountPoint, partition } = action;
  const devices = await observeBlockDevices(system);
  const disk = devices.find(({ name }) => name === action.disk);
  const family = devices.filter(({ name, parent }) => name === action.disk || parent === action.disk);
  const device = family.find((each) => each.partition?.number === partition);
  const mounts = await observeMounts(system);
  const key = device === undefined ? undefined : diskRecordKey(device.name, device.diskSequence);
  const records = await readDiskRecords(system);
  const record = records.find((each) => each.key === key && each.mountPoint === mountPoint);
  const bearsStack = device !== undefined && mountAbove(device, records, mounts) === mountPoint;
  return {
    device,
    disk,
    table: device === undefined ? undefined : await observePartitionTable(system, `/dev/${action.disk}`),
    mountPoint,
    isMountedByUs: bearsStack || (record !== undefined && mountOf(record, mounts) !== undefined),
    bearsStack,
    isKept: device !== undefined && isKeptAbove(device, records),
    isSystemDisk: isSystemDisk(
      [...family, ...(await observeLayers(system, family))],
      mounts,
      await observeSwaps(system),
    ),
  };
}

async function keepTable(path: string, kept: string, system: System): Promise<void> {
  const { stdout } = await system.processes.run('sfdisk', ['--dump', path]);
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.replace(kept, stdout, { mode: 0o600 });
}

/** sfdisk(8): with a partition's number, what the script does not name stays: start, type, GUID, name, attributes. */
async function writeTable(path: string, change: TableChange, system: System): Promise<void> {
  const inUse = ['--no-reread', '--no-tell-kernel'];
  const run = (args: string[], input = '') => system.processes.run('sfdisk', [...inUse, ...args], { input });
  if (change.enlarge) {
    const keepSignatures = ['--wipe', 'never', '--wipe-partitions', 'never'];
    await run([...keepSignatures, '--partno', String(change.partition), path], ', +\n');
  }
  for (const number of change.renewEntryIds) await run(['--part-uuid', path, String(number), crypto.randomUUID()]);
  if (change.renewDiskId) await run(['--disk-id', path, crypto.randomUUID()]);
}

function verify(before: PartitionTable, after: PartitionTable, change: TableChange, path: string, kept: string): void {
  const isAsMeant = before.entries.every((entry) => {
    const now = after.entries.find(({ number }) => number === entry.number);
    const grown = entry.number === change.partition ? { size: Math.max(entry.size, now?.size ?? 0) } : {};
    const renewed = change.renewEntryIds.includes(entry.number) ? { uuid: now?.uuid ?? null } : {};
    return JSON.stringify({ ...entry, ...grown, ...renewed }) === JSON.stringify(now);
  });
  const idIsKept = change.renewDiskId || before.id === after.id;
  if (isAsMeant && idIsKept && before.entries.length === after.entries.length) return;
  throw new AgentError('wrote its partition table, and it is not what was meant', {
    code: 'partition-table.not-verified',
    subject: path,
    remedy: `compare it with ${kept} before the next reboot`,
  });
}
