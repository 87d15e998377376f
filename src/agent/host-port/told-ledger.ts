import { z } from 'zod';
import type { System } from '../../core/system/system.ts';
import { nameIn } from '../disk/disk-record-key.ts';
import { makeRunFolder } from '../stage/run-folder.ts';
import { type HostRecord, hostRecordSchema } from '../../core/host-port/host-record.ts';
import type { ToldDisk } from './plan-telling.ts';

const folder = '/run/gandi/host';
const disksFolder = `${folder}/disks`;
const sequencePath = `${folder}/sequence`;
const lockPath = `${folder}/lock`;

const lockSeconds = 10;

const schema = z.object({
  told: z.object({
    device: z.string(),
    serial: z.string().nullable(),
    path: z.string().nullable(),
    bytes: z.number().nullable(),
    standing: z.enum(['attached', 'detached', 'refused', 'none']),
    filledBytes: z.number().nullable(),
    reason: z.string().nullable(),
  }),
  pending: hostRecordSchema.nullable(),
});

/** What the platform knows of a disk, and the record of it that may not have been handed over. */
export interface LedgerEntry {
  readonly told: ToldDisk;
  /** Written before the port is, and taken back after: a process that is killed in between leaves it to the next. */
  readonly pending: HostRecord | null;
}

/**
 * Runs `act` while no other process tells the platform anything. flock(1) holds the lock, and the kernel takes it back when it ends.
 * @returns false if the lock was not had in time: then `act` was never started
 */
export async function withLedger(system: System, act: () => Promise<void>): Promise<boolean> {
  await makeRunFolder(system);
  await system.files.makeDirectory(folder, 0o700);
  const args = ['--exclusive', '--timeout', String(lockSeconds), await system.files.hostPath(lockPath), 'cat'];
  const lock = await system.processes.hold('flock', args);
  if (lock === undefined) return false;
  try {
    await act();
    return true;
  } finally {
    await lock.release();
  }
}

/** The keys of disks that the platform was told of and that have or had this kernel name. */
export async function toldKeys({ files }: System, kernelName: string): Promise<string[]> {
  const keys = (await files.list(disksFolder)).map((name) => name.replace(/\.json$/, ''));
  return keys.filter((key) => nameIn(key) === kernelName);
}

/** An entry that cannot be read is taken for none: the worst that follows is that something is told twice. */
export async function readLedgerEntry({ files }: System, key: string): Promise<LedgerEntry | undefined> {
  try {
    return schema.parse(JSON.parse((await files.read(pathOf(key))) ?? ''));
  } catch {
    return undefined;
  }
}

export async function writeLedgerEntry({ files }: System, key: string, entry: LedgerEntry): Promise<void> {
  await files.makeDirectory(disksFolder, 0o700);
  await files.replace(pathOf(key), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
}

export async function removeLedgerEntry({ files }: System, key: string): Promise<void> {
  await files.remove(pathOf(key));
}

/** The number of the next record of this boot. */
export async function nextSequence({ files }: System): Promise<number> {
  const last = Number.parseInt((await files.read(sequencePath)) ?? '0', 10);
  const next = (Number.isSafeInteger(last) ? last : 0) + 1;
  await files.replace(sequencePath, `${next}\n`, { mode: 0o600 });
  return next;
}

function pathOf(key: string): string {
  return `${disksFolder}/${key}.json`;
}
