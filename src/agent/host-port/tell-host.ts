import { describeError } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { type BlockDevice, observeDiskOf } from '../../core/block-device/block-devices.ts';
import type { System } from '../../core/system/system.ts';
import { diskRecordKey, nameIn } from '../disk/disk-record-key.ts';
import { type DiskRecord, readDiskRecords } from '../disk/disk-records.ts';
import { firstCode } from '../stage/exit-code-of.ts';
import type { LayerName } from '../flags/layer-names.ts';
import { readFlags } from '../flags/read-flags.ts';
import { bearsOurStack, recordsOfStack, serialBeneath } from './stack-told.ts';
import { hasPort, toldPort, writeToPort } from './host-port.ts';
import { type HostRecord, renderHostLine } from '../../core/host-port/host-record.ts';
import { type PlannedTelling, planTelling, type TellingFacts, type ToldDisk } from './plan-telling.ts';
import {
  nextSequence,
  readLedgerEntry,
  removeLedgerEntry,
  toldKeys,
  withLedger,
  writeLedgerEntry,
} from './told-ledger.ts';

/** The disk that something is about to happen to. */
export interface TellingOf {
  readonly kernelName: string;
  readonly diskSequence: number | null;
  /** Seconds since boot when it began. */
  readonly startedAt: number;
  /** It is detached because somebody asked for that. */
  readonly isDetach?: boolean;
  /** No event answers for its partitions, as a command does all of it. */
  readonly isByCommand?: boolean;
}

/** To be called once all is done. Never throws: what cannot be told is in the journal. @param failure code of what failed */
export type Telling = (failure: string | null) => Promise<void>;

/**
 * Tells the platform what became of a disk and its partitions: what is on record of them is compared with what is on record when
 * all is done, and with what the platform was told before. Never throws. Nothing without the port, or where CONFIG_HOST_PORT=0.
 */
export async function beginTelling(system: System, disk: TellingOf): Promise<Telling> {
  try {
    if (!(await isTold(system))) return tellNothing;
    const before = await readFamily(system, disk);
    return (failure) => underLock(system, () => tellFamily(system, disk, before, failure));
  } catch (error) {
    warnNotTold(system, error);
    return tellNothing;
  }
}

/** Does something about a disk by command, and tells the platform what became of it. @throws what `act` does; nothing is told then */
export async function tellWhile<T extends { readonly outcomes: readonly StepOutcome[] }>(
  system: System,
  { name, diskSequence }: Pick<BlockDevice, 'name' | 'diskSequence'>,
  act: () => Promise<T>,
  how: Pick<TellingOf, 'isDetach'> = {},
): Promise<T> {
  const startedAt = system.clock.monotonic();
  const tell = await beginTelling(system, { kernelName: name, diskSequence, startedAt, isByCommand: true, ...how });
  const result = await act();
  await tell(firstCode(result.outcomes));
  return result;
}

/** Tells the platform that the work of the boot has ended. Never throws. @param reason code of the first thing that failed */
export async function tellBoot(system: System, reason: string | null, seconds: number): Promise<void> {
  if (!(await isTold(system).catch(() => false))) return;
  const record = { event: 'booted', serial: null, device: null, path: null, bytes: null, reason } as const;
  await underLock(system, async () => {
    await handOver(system, { version: 1, sequence: await nextSequence(system), ...record, seconds: rounded(seconds) });
  });
}

async function isTold(system: System): Promise<boolean> {
  return (await hasPort(system)) && (await readFlags(system)).CONFIG_HOST_PORT;
}

async function underLock(system: System, tell: () => Promise<void>): Promise<void> {
  try {
    if (!(await withLedger(system, tell))) throw new Error('another process of the agent holds the port');
  } catch (error) {
    warnNotTold(system, error);
  }
}

function tellNothing(): Promise<void> {
  return Promise.resolve();
}

function warnNotTold({ journal }: System, error: unknown): void {
  journal.warn(`${toldPort}: not told: ${describeError(error)}`);
}

interface Family {
  readonly devices: readonly BlockDevice[];
  readonly records: readonly DiskRecord[];
}

async function readFamily(system: System, { kernelName, isByCommand }: TellingOf): Promise<Family> {
  const devices = await observeDiskOf(system, kernelName);
  const names = new Set([kernelName, ...devices.map(({ name }) => name)]);
  const records = (await Promise.all([...names].map((name) => readDiskRecords(system, name)))).flat();
  if (isByCommand !== true) return { devices, records };
  const stack = await recordsOfStack(
    system,
    records.map(({ key }) => key),
  );
  const others = stack.filter(({ key }) => !names.has(nameIn(key)));
  const further = await Promise.all(others.map(({ key }) => observeDiskOf(system, nameIn(key))));
  return { devices: [...devices, ...further.flat()], records: [...records, ...others] };
}

async function tellFamily(system: System, disk: TellingOf, before: Family, failure: string | null): Promise<void> {
  const now = await readFamily(system, disk);
  const { CONFIG_LAYERS } = await readFlags(system);
  const own = diskRecordKey(disk.kernelName, disk.diskSequence);
  const names = [...before.devices, ...now.devices].map(({ name }) => name);
  const told = await Promise.all([...new Set([disk.kernelName, ...names])].map((name) => toldKeys(system, name)));
  const onRecord = [...before.records, ...now.records].map(({ key }) => key);
  for (const key of new Set([...told.flat(), ...onRecord, own])) {
    // Another disk may have had the name before, and go or come with the same events.
    const isOwn = nameIn(key) === disk.kernelName;
    const subject = { key, isOwn, failure: key === own ? failure : null };
    await tellDisk(system, disk, subject, { before, now, layers: CONFIG_LAYERS });
  }
}

interface Subject {
  readonly key: string;
  /** The event is of the device of this name, and not of its disk or a partition of it. */
  readonly isOwn: boolean;
  readonly failure: string | null;
}

/** What was before, and what is now. */
interface Change {
  readonly before: Family;
  readonly now: Family;
  /** CONFIG_LAYERS */
  readonly layers: readonly LayerName[];
}

async function tellDisk(system: System, disk: TellingOf, subject: Subject, change: Change): Promise<void> {
  const { key, isOwn } = subject;
  const entry = await readLedgerEntry(system, key);
  // A partition that comes has an event of its own, and is told of once that was answered: it may not be grown yet.
  if (!isOwn && !disk.isByCommand && entry?.told.standing !== 'attached') return;
  if (entry?.pending) await handOver(system, entry.pending);
  const facts = await observeFacts(system, disk, subject, entry?.told, change);
  const planned = planTelling(facts);
  if (planned !== undefined) await tell(system, key, planned, disk.startedAt);
  // What has gone never comes back under this key.
  if (facts.now === undefined && facts.bytes === null) await removeLedgerEntry(system, key);
  else await settle(system, key, planned?.told ?? (entry?.pending ? entry.told : undefined));
}

async function observeFacts(
  system: System,
  { isDetach = false }: TellingOf,
  { key, failure }: Subject,
  told: ToldDisk | undefined,
  { before, now: { devices, records }, layers }: Change,
): Promise<TellingFacts> {
  const device = devices.find((each) => diskRecordKey(each.name, each.diskSequence) === key);
  const now = records.find((each) => each.key === key);
  const path = device?.path ?? now?.device ?? told?.device ?? `/dev/${nameIn(key).replaceAll('!', '/')}`;
  const wasDetached = isDetach || before.records.some((each) => each.key === key && each.isDetached);
  const boreStack = before.records.some(({ beneath }) => beneath.includes(key));
  return {
    device: path,
    told,
    wasDetached,
    now,
    failure,
    bytes: device?.sizeBytes ?? null,
    bearsOurStack: boreStack || (now?.refusal === 'in-use' && (await bearsOurStack(system, device, layers))),
    serialBeneath: await serialBeneath(system, now),
  };
}

async function tell(system: System, key: string, { record, told }: PlannedTelling, startedAt: number): Promise<void> {
  const seconds = rounded(system.clock.monotonic() - startedAt);
  const pending: HostRecord = { version: 1, sequence: await nextSequence(system), ...record, seconds };
  await writeLedgerEntry(system, key, { told, pending });
  await handOver(system, pending);
}

/** Writes down that nothing is left to hand over; nothing where that is known. */
async function settle(system: System, key: string, told: ToldDisk | undefined): Promise<void> {
  if (told !== undefined) await writeLedgerEntry(system, key, { told, pending: null });
}

async function handOver(system: System, record: HostRecord): Promise<void> {
  await writeToPort(system, toldPort, renderHostLine(record)).catch((error: unknown) => {
    const what = `record ${record.sequence} (${record.event}${record.device === null ? '' : ` ${record.device}`})`;
    system.journal.warn(`${what} was not handed over: ${describeError(error)}`);
  });
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
