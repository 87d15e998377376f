import { basename } from 'node:path';
import type { Action, Step } from './actions.ts';
import { assignmentOf } from './assignment-facts.ts';
import { type DiskRecord, untouchedRecord } from './disk-records.ts';
import { offersFolder } from './automount.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import { isOnDataDisks } from '../stack/stack.ts';
import { isNameOf, namedDisk } from './named-disk.ts';
import { isOnOtherDisk, remarksOn } from './remarks.ts';
import { planRequireNotElsewhere } from './plan-look-elsewhere.ts';
import { checkTool } from './check-decision.ts';
import { type FileSystemTraits, fileSystemTraits } from './file-systems.ts';
import { isReadOnly } from './is-read-only.ts';
import { mountOptions } from './mount-options.ts';
import { hookFor, planHook } from './plan-hook.ts';

/** Mounts a disk against which nothing speaks, or leaves that to autofs where it has the disk root. */
export function planMount(disk: AttachedDisk, facts: DiskFacts, flags: Flags): Step[] {
  const traits = fileSystemTraits(disk.fileSystem ?? '');
  if (traits === undefined) return [];
  const onDemand = facts.automount === 'ours';
  const mountPoint = facts.mountPoint.path;
  const isFilled = disk.fileSystemBytes !== undefined && disk.fileSystemBytes >= disk.device.sizeBytes;
  const note = noteOf(onDemand, disk, mountPoint, facts);
  const filledBytes = isFilled ? disk.device.sizeBytes : null;
  const assignment = assignmentOf(facts.assignments);
  // The folder of an assignment stays, so that nothing is written beneath a mount that is not there.
  const isOwnFolder = facts.mountPoint.state === 'missing' || facts.mountPoint.isMade === true;
  const ownsFolder = assignment === undefined && isOwnFolder;
  const assigned = {
    assignment: assignment?.name ?? null,
    isSetReadOnly: disk.mustNotChange,
    isSnapshot: facts.isSnapshot,
  };
  const record = { ...recordOf(disk), ...assigned, mountPoint, ownsFolder, filledBytes, onDemand, note };
  const intent = { ...record, isBeingMounted: true, note: `to be ${note}` };
  const mounting = onDemand
    ? [...planRequireNotElsewhere(disk, untouchedOf(disk)), ...planOffer(disk, mountPoint, facts, flags)]
    : [...planMountNow(disk, mountPoint, traits, facts, flags), ...planOwner(disk, mountPoint, facts, flags)];
  const [arrival, ...hook] = planArrival(disk, record, mountPoint, facts);
  const check = planCheck(disk, flags);
  const over = facts.records.find(({ key }) => key === record.key) ?? null;
  const intended = { kind: 'remember-disk', record: intent, over } as const;
  const actions = [...check, intended, ...planReadOnly(disk), ...mounting, ...arrival.actions];
  return [{ ...arrival, actions }, ...hook];
}

/** What an agent that was killed right after it had mounted a disk left to do. */
export function planRest(disk: AttachedDisk, known: DiskRecord, facts: DiskFacts, flags: Flags): Step[] {
  const mountPoint = known.mountPoint ?? '';
  const record = { ...known, isBeingMounted: false, note: noteOf(known.onDemand, disk, mountPoint, facts) };
  const owner = known.onDemand ? [] : planOwner(disk, mountPoint, facts, flags);
  const [arrival, ...hook] = planArrival(disk, record, mountPoint, facts);
  return [{ ...arrival, actions: [...owner, ...arrival.actions] }, ...hook];
}

function noteOf(onDemand: boolean, disk: AttachedDisk, mountPoint: string, facts: DiskFacts): string {
  const mounted = onDemand ? `mounted on demand at ${mountPoint}` : `mounted at ${mountPoint}`;
  return [mounted, ...remarksOn(disk, mountPoint, facts)].join('; ');
}

/** What follows once it is mounted, or offered to autofs. */
function planArrival(disk: AttachedDisk, known: DiskRecord, mountPoint: string, facts: DiskFacts): [Step, ...Step[]] {
  const record = { ...known, isHookDue: hookFor('post-disk-attach', known, facts) !== undefined };
  const reservation = planReservationOf(disk, known, mountPoint, facts);
  return [
    { name: `attach ${record.device}`, actions: [{ kind: 'remember-disk', record }, ...reservation] },
    ...planHookDue(record, facts).map((step) => ({ ...step, needsAllBefore: true })),
  ];
}

/**
 * Tells the hook of a disk that is mounted, or offered to autofs. It is written down first: a hook that fails, or with which
 * the agent is killed, is not told twice.
 */
export function planHookDue(record: DiskRecord, facts: DiskFacts): Step[] {
  if (!record.isHookDue) return [];
  const { device, fileSystem, mountPoint } = record;
  const told = { ...record, isHookDue: false };
  const hook = planHook('post-disk-attach', [device, fileSystem ?? '', mountPoint ?? ''], record, facts);
  const actions: Action[] = [{ kind: 'remember-disk', record: told }, ...hook];
  return [{ name: `attach ${device}: hook`, actions, canWait: true }];
}

/** What is on record of a disk before anything is done with it. */
export function recordOf(disk: AttachedDisk): Omit<DiskRecord, 'mountPoint' | 'filledBytes' | 'note'> {
  const { device, fileSystem = null, uuid = null, serial = null, location = null, stack } = disk;
  const beneath = stack !== undefined && isOnDataDisks(stack) ? stack.beneath : [];
  return { ...untouchedRecord(device), fileSystem, uuid, serial, location, beneath };
}

function untouchedOf(disk: AttachedDisk): DiskRecord {
  return { ...recordOf(disk), mountPoint: null, filledBytes: null, note: '' };
}

/** Where the program map of autofs finds the disk; taken away again before the disk goes. */
export function offerPath(mountPoint: string): string {
  return `${offersFolder}/${basename(mountPoint)}`;
}

/** Written down before: what the kernel refuses from now on is taken back by the one who finds the record. */
function planReadOnly({ device, wholeDisk, mustNotChange }: AttachedDisk): Action[] {
  if (!mustNotChange) return [];
  const { path, diskSequence } = device;
  return [{ kind: 'set-read-only', device: path, disk: wholeDisk, diskSequence, isReadOnly: true }];
}

function planMountNow(
  disk: AttachedDisk,
  mountPoint: string,
  traits: FileSystemTraits,
  facts: DiskFacts,
  flags: Flags,
): Action[] {
  const { path, diskSequence, majorMinor } = disk.device;
  const target = { device: path, disk: disk.wholeDisk, diskSequence, majorMinor };
  const options = optionsFor(disk, traits, facts, flags);
  const { mustNotChange } = disk;
  const protectsFolder = assignmentOf(facts.assignments) !== undefined;
  const how = { fileSystem: traits.driver, mountPoint, options, mustNotChange, protectsFolder };
  // The kernel looks only before it mounts for writing, and replays the journal before it mounts read-only: tried with Linux 6.18.
  const look = options.includes('ro') ? planRequireNotElsewhere(disk, untouchedOf(disk)) : [];
  return [...look, { kind: 'mount-disk', ...target, ...how }];
}

/** One fact a line, in the order in which autofs/auto.gandi reads them. */
export function planOffer(disk: AttachedDisk, mountPoint: string, facts: DiskFacts, flags: Flags): Action[] {
  const traits = fileSystemTraits(disk.fileSystem ?? '');
  if (traits === undefined) return [];
  // autofs(5): a space or a colon would end the options. None that mount(8) knows for these types has one.
  const options = optionsFor(disk, traits, facts, flags).filter((option) => /^[\w.=+@%/-]+$/.test(option));
  const { device } = disk;
  const identity = [device.path, disk.disk.name, String(disk.disk.diskSequence ?? 'unknown'), device.majorMinor];
  const content = `${[...identity, `-fstype=${[traits.driver, ...options].join(',')}`].join('\n')}\n`;
  return [
    { kind: 'make-directory', path: offersFolder, mode: 0o700 },
    { kind: 'write-file', path: offerPath(mountPoint), content, mode: 0o600 },
  ];
}

function optionsFor(
  disk: AttachedDisk,
  traits: FileSystemTraits,
  { assignments, isSnapshot }: DiskFacts,
  flags: Flags,
): string[] {
  const parameters = assignmentOf(assignments)?.options ?? flags.CONFIG_MOUNT_PARAMS;
  const options = mountOptions(parameters, traits, isReadOnly(disk) || traits.readOnly);
  const copy = isSnapshot ? (traits.besideOriginal ?? []) : [];
  return [...options, ...(isReadOnly(disk) ? (traits.withoutWriting ?? []) : []), ...copy];
}

function planCheck(disk: AttachedDisk, flags: Flags): Action[] {
  if (checkTool(disk, flags) === undefined) return [];
  const { device, wholeDisk } = disk;
  return [
    ...planRequireNotElsewhere(disk, untouchedOf(disk)),
    { kind: 'check-file-system', device: device.path, disk: wholeDisk, diskSequence: device.diskSequence },
  ];
}

/** S3: what is not new and empty is somebody's, with the owner that it has. */
function planOwner(disk: AttachedDisk, mountPoint: string, facts: DiskFacts, flags: Flags): Action[] {
  const assigned = assignmentOf(facts.assignments)?.owner;
  const owner = assigned === undefined ? flags.CONFIG_NEW_DISK_OWNER : { ...assigned, mode: 0o755 };
  const { uuid, device } = disk;
  const isFirst = assigned !== undefined || (uuid !== undefined && facts.reservation === undefined);
  const isNew = isFirst && !isReadOnly(disk);
  if (owner === undefined || !isNew) return [];
  const { path, majorMinor } = device;
  return [{ kind: 'own-new-root', mountPoint, device: path, majorMinor, ...owner }];
}

/**
 * The path of an assignment takes no name from other disks: only the serial is kept, where there is one. What an admin keeps from any
 * change may be a copy, which must not pass for its original later.
 */
function planReservationOf(disk: AttachedDisk, known: DiskRecord, mountPoint: string, facts: DiskFacts): Action[] {
  if (known.assignment === null) return planReservation(disk, basename(mountPoint), facts);
  return disk.mustNotChange || disk.serial === undefined ? [] : planReservation(disk, null, facts);
}

/**
 * Written once: being elsewhere for a while changes nothing, and neither does another disk that is there with its UUID. A new
 * label gives a new name, and what an older version wrote gets what it lacks.
 */
function planReservation(disk: AttachedDisk, name: string | null, facts: DiskFacts): Action[] {
  const { uuid, serial = null, location = null } = disk;
  const known = facts.reservation;
  if (uuid === undefined || isOnOtherDisk(disk, facts)) return [];
  const isNamed = known?.name != null && isNameOf(namedDisk(disk), known.name);
  if (known === undefined || (name !== null && !isNamed))
    return [{ kind: 'reserve-disk-name', uuid, name, serial, location }];
  const isComplete = known.serial !== null || serial === null;
  return isComplete ? [] : [{ kind: 'reserve-disk-name', uuid, name: known.name, serial, location }];
}
