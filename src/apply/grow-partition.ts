import type { GrowPartition } from '../action.ts';
import { AgentError, ExitCode } from '../agent-error.ts';
import { decideRootGrowth, type TableChange } from '../disk/root-growth.ts';
import { observePartitionTable, type PartitionTable } from '../facts/partition-table.ts';
import { observeRootDisk } from '../facts/root-disk.ts';
import type { System } from '../system/system.ts';
import { withDeviceLock } from './device-lock.ts';

/** Where the table is kept as it was: `sfdisk DISK < this` brings it back. */
export const keptTablePath = '/var/lib/gandi/partition-table.sfdisk';

/**
 * Enlarges the partition of the running system to the end of its disk, after everything that speaks for and against it
 * was looked at again under the disk's lock. libfdisk writes the backup of a GPT before the table itself, so a power cut
 * leaves the old table or the new one. The kernel is told of this one partition only, as the others are in use too.
 * @throws AgentError exit status 4 for a row of docs/decisions/root-disk.md that refuses; nothing was changed then
 */
export async function growPartition(action: GrowPartition, system: System): Promise<void> {
  const path = `/dev/${action.disk}`;
  await withDeviceLock(system, path, async () => {
    const change = await decideNow(action, path, system);
    const before = await observePartitionTable(system, path);
    await keepTable(path, system);
    await writeTable(path, change, system);
    verify(before, await observePartitionTable(system, path), change, path);
    // partx(8) resizes a partition that is in use, as the one of / always is; resizepart(8) is not in Debian 13.
    await system.processes.run('partx', ['--update', '--nr', String(change.partition), path]);
  });
}

async function decideNow(action: GrowPartition, path: string, system: System): Promise<TableChange> {
  const facts = await observeRootDisk(system);
  const decision = decideRootGrowth(facts);
  const isSameDisk = facts.disk?.name === action.disk && facts.disk.diskSequence === action.diskSequence;
  if (decision.kind === 'grow' && isSameDisk && decision.change.partition === action.partition) return decision.change;
  const because = decision.kind === 'leave' ? decision.because : '/ is on another partition than when it was planned';
  throw new AgentError(`refused to touch its partition table: ${because}`, {
    code: `root-disk.${decision.kind === 'leave' ? decision.code : 'changed'}`,
    subject: path,
    remedy: `nothing was changed; see row ${decision.row} of docs/decisions/root-disk.md`,
    exitCode: ExitCode.refusedToProtectData,
  });
}

async function keepTable(path: string, system: System): Promise<void> {
  const { stdout } = await system.processes.run('sfdisk', ['--dump', path]);
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.replace(keptTablePath, stdout, { mode: 0o600 });
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

function verify(before: PartitionTable, after: PartitionTable, change: TableChange, path: string): void {
  const isAsMeant = before.entries.every((entry) => {
    const now = after.entries.find(({ number }) => number === entry.number);
    const grown = entry.number === change.partition ? { size: Math.max(entry.size, now?.size ?? 0) } : {};
    const renewed = change.renewEntryIds.includes(entry.number) ? { uuid: now?.uuid ?? null } : {};
    return JSON.stringify({ ...entry, ...grown, ...renewed }) === JSON.stringify(now);
  });
  const idIsKept = change.renewDiskId || before.id === after.id;
  if (isAsMeant && idIsKept && before.entries.length === after.entries.length) return;
  throw new AgentError('wrote its partition table, and it is not what was meant', {
    code: 'root-disk.not-verified',
    subject: path,
    remedy: `compare it with ${keptTablePath} before the next reboot`,
  });
}
