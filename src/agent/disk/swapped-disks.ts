import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import { applySteps, type StepOutcome } from '../action/apply-steps.ts';
import { kinds, type Step } from './actions.ts';
import { askSerial } from './ask-serial.ts';
import { diskRecordKey, nameIn } from './disk-record-key.ts';
import { readDiskRecords } from './disk-records.ts';
import { changesKept, isSwapped, type SwapSubject } from './swapped-disk-decision.ts';

/** A disk with which the agent has something to do, and what it says of itself. */
export interface KnownDisk extends SwapSubject {
  readonly disk: Pick<BlockDevice, 'path' | 'diskSequence'>;
}

/**
 * DISKSEQ of each SCSI disk that the agent knows and that has no device any more. Looks at two folders, and asks no disk. None where
 * the folders cannot be read: the answer to a removal is not kept waiting for this.
 */
export async function observeDisksGone({ files }: Pick<System, 'files'>): Promise<Set<string>> {
  const folders = ['/run/gandi/disks', '/sys/class/block'];
  const [records = [], names = []] = await Promise.all(folders.map((folder) => files.list(folder))).catch(() => []);
  const gone = records
    .map((file) => file.replace(/\.json$/, ''))
    .filter((key) => key.startsWith('sd') && !names.includes(nameIn(key)));
  // A disk and its partitions have one number.
  return new Set(gone.map((key) => key.slice(nameIn(key).length + 1)));
}

/** Disks after whose going the others were asked, by this process: each of many that went is answered, and one round is enough. */
const askedAfter = new WeakMap<System, Set<string>>();

/**
 * Lets go of each SCSI disk in whose place another one is. Where many disks are pulled at once and replaced, the kernel does not hear of
 * some, and what is written to the old disk goes to the new one (tried with Linux 6.1: it destroyed that one's file system).
 * Never throws: what fails is in the outcomes. To be called before the removal of any of them is answered.
 */
export async function expelSwappedDisks(flags: Flags, system: System): Promise<StepOutcome[]> {
  if (!flags.CONFIG_ALLOW_MOUNT) return [];
  const gone = await observeDisksGone(system);
  const asked = askedAfter.get(system) ?? new Set();
  if (gone.size < changesKept || gone.isSubsetOf(asked)) return [];
  askedAfter.set(system, asked.union(gone));
  return askAll(gone, flags, system).catch((failure: unknown) => [
    { step: 'ask the other disks', changed: [], failure, skipped: false },
  ]);
}

async function askAll(gone: ReadonlySet<string>, flags: Flags, system: System): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  // One after the other: with hundreds of disks, as many processes at once would be felt.
  for (const { path, diskSequence, knownSerial } of await observeKnownDisks(system)) {
    const serialNow = await askSerial(system, path);
    const known = { flags, disk: { path, diskSequence }, disksGone: gone.size, knownSerial, serialNow };
    outcomes.push(...(await applySteps(planExpulsion(known), kinds, system)));
  }
  return outcomes;
}

/** SCSI disks with a record, of their own or of a partition, each with the serial that it had when it came. */
async function observeKnownDisks(system: System) {
  const serials = new Map((await readDiskRecords(system)).map(({ key, serial }) => [key, serial]));
  const disks = await observeBlockDevices(system);
  return disks.flatMap(({ bus, partition, name, path, partitions, diskSequence }) => {
    const key = [name, ...partitions]
      .map((each) => diskRecordKey(each, diskSequence))
      .find((each) => serials.has(each));
    if (bus !== 'scsi' || partition !== null || key === undefined) return [];
    return [{ path, diskSequence, knownSerial: serials.get(key) ?? undefined }];
  });
}

/** The decision is docs/decisions/swapped-disk.md. */
export function planExpulsion(known: KnownDisk): Step[] {
  const { disk, knownSerial, serialNow } = known;
  if (!isSwapped(known) || knownSerial === undefined || serialNow === undefined) return [];
  const action = {
    kind: 'expel-disk',
    disk: disk.path,
    diskSequence: disk.diskSequence,
    knownSerial,
    serialNow,
  } as const;
  return [{ name: `expel ${disk.path}`, actions: [action] }];
}
