import { noAssignments } from '../assignment/assignment.ts';
import { assignmentOf, automountOf, foldersOf } from './assignment-facts.ts';
import { observeAssignments } from './observe-assignments.ts';
import { readAssignments } from './read-assignments.ts';
import { observeHook } from '../action/observe-hook.ts';
import type { HookName } from '../action/run-hook.ts';
import type { DiskRecord } from './disk-records.ts';
import { type AutomountFacts, observeAutomount } from './automount.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { findClaim, readFstab } from './fstab.ts';
import { observeMountUnitClaims } from './mount-unit-claims.ts';
import { type MountUnit, observeMountUnits, parseServices } from './mount-units.ts';
import { type Mount, observeMounts, observeSwaps } from '../../core/block-device/mounts.ts';
import { observePartitionTable, type PartitionTable } from '../../core/block-device/partition-table.ts';
import { followFolder } from '../../core/system/safe-path.ts';
import { pulledSwaps } from '../swap-disk/pulled-swaps.ts';
import { observeAttached, type SeenDisk } from './observe-attached.ts';
import { observeElsewhere } from './observe-elsewhere.ts';
import { observeBroken } from './observe-broken.ts';
import { observeMember } from './observe-member.ts';
import { observeOrphans } from './observe-orphans.ts';
import { isSnapshot } from './snapshots.ts';
import type { Flags } from '../flags/flag-table.ts';
import { observeMountedOriginal } from './mounted-clone.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { readDiskRecords } from './disk-records.ts';
import { readStoppedUnits } from './stopped-units.ts';
import type { System } from '../../core/system/system.ts';
import type { AttachedDisk, DiskFacts, Occasion } from './disk-facts.ts';
import { mountOf } from './mount-of.ts';
import { observeMountPoint } from './observe-mount-point.ts';
import { readProtectedFolders } from './protected-folders.ts';
import { isAtOrBelow } from '../assignment/system-folders.ts';
import { chooseMountPoint } from './mount-point.ts';
import { namedDisk } from './named-disk.ts';
import { observeRefusedClone } from './refused-clone.ts';
import { observeTakenNames } from './taken-names.ts';
import { designateSwapDisk } from '../swap-disk/swap-designation.ts';

type Properties = Readonly<Record<string, string>>;

const maximalListBytes = 16 * 1024;
const maximalServices = 32;

/**
 * Looks at one block device and at what its decision depends on. Never opens the device, nor anything on it: a hung one
 * would hold the thread that asks for ever. Only what an admin switched on does (CONFIG_DISK_SERVICES,
 * CONFIG_GROW_PARTITION).
 * @param properties what udev found on it, from the newest event or from udev's database
 */
export async function observeDisk(
  system: System,
  flags: Flags,
  kernelName: string,
  properties: Properties,
  occasion: Occasion,
): Promise<DiskFacts> {
  // First: a record is written only over the one that was read, so that whatever is decided rests on what is newer than it.
  const own = await readDiskRecords(system, kernelName);
  const mounts = await observeMounts(system);
  const fstab = await readFstab(system);
  const seen = await observeAttached(system, kernelName, properties, mounts, fstab, flags.CONFIG_LAYERS);
  const current = own.find((record) => record.key === keyOf(seen));
  const mounted = current !== undefined && mountOf(current, mounts) !== undefined ? current : undefined;
  const map = whoseMap(await observeAutomount(system, flags.CONFIG_DISK_ROOT));
  const pulled = pulledSwaps(await observeSwaps(system));
  const units = mayHaveToBeMounted(seen, mounted) ? await observeMountUnitClaims(system, fstab) : [];
  const claimed = new Set([...fstab, ...units].map(({ mountPoint }) => mountPoint));
  const all = isAskedAbout(seen, own) ? await readAssignments(system) : noAssignments;
  const around = { mounts, claimed, map, diskRoot: flags.CONFIG_DISK_ROOT, layers: flags.CONFIG_LAYERS };
  const isCandidate = mayHaveToBeMounted(seen, mounted);
  const asked = { properties, device: seen?.device, stack: seen?.stack, mayHaveToBeMounted: isCandidate };
  const assignments = await observeAssignments(system, all, asked, around);
  // What was left to autofs stays so until it is attached again.
  const automount = current?.onDemand ? map : automountOf(assignments, map);
  const gone = own.find((record) => record !== current);
  const known = { kernelName, seen, mounts, own, mounted, automount, claimed, assignments };
  const place = await observePlace(system, flags, known);
  const mustNotChange = place.isSnapshot || assignments.own.some((assignment) => assignment.isReadOnly);
  const claims = { unitClaim: findClaim(units, properties)?.unit, mustNotChange };
  const attached = seen === undefined ? undefined : { ...seen, ...claims };
  return {
    kernelName,
    attached,
    occasion,
    mounts,
    ...place,
    assignments,
    mountedElsewhere: seen === undefined ? undefined : await observeElsewhere(system, current),
    member: await observeMember(system, flags.CONFIG_LAYERS, seen, properties, mounts),
    broken: current === undefined || current.beneath.length === 0 ? undefined : await observeBroken(system, kernelName),
    orphans: await observeOrphans(system, flags.CONFIG_LAYERS, gone, mounts),
    units: await observeUnits(system, gone),
    refusedClone: await observeRefusedClone(system, gone),
    stoppedUnits: await readStoppedUnits(system),
    services: flags.CONFIG_DISK_SERVICES ? await observeServices(system, mounted) : undefined,
    automount,
    table: flags.CONFIG_GROW_PARTITION ? await observeTable(system, attached, mounted, place.records) : undefined,
    pulledSwaps: pulled,
    isDesignatedSwap: await observeDesignation(system, flags, attached, mounts, pulled),
    hooks: await observeHooks(system, flags.GANDI_HOOK_DIR),
    assignedHooks: new Map(all.valid.flatMap(({ name, hook }) => (hook === undefined ? [] : [[name, hook]]))),
  };
}

/** Whether a claim of it matters: most events are about disks that are mounted already, or about no data disk. */
function mayHaveToBeMounted(seen: SeenDisk | undefined, mounted: DiskRecord | undefined): boolean {
  return seen?.isDataDisk === true && seen.fileSystem !== undefined && mounted?.isBeingMounted !== false;
}

/** Who does not have to know of assignments: most events are of disks that are no data disks. */
function isAskedAbout(seen: SeenDisk | undefined, records: readonly DiskRecord[]): boolean {
  return seen?.isDataDisk === true || records.some(({ assignment }) => assignment !== null);
}

type Place = Pick<DiskFacts, 'records' | 'reservation' | 'mountPoint' | 'mountedOriginal' | 'isSnapshot'>;

interface Known extends Pick<DiskFacts, 'kernelName' | 'mounts' | 'automount' | 'assignments'> {
  readonly seen: SeenDisk | undefined;
  /** Records of disks that have or had its kernel name. */
  readonly own: readonly DiskRecord[];
  /** The one of this very disk, while it is mounted. */
  readonly mounted: DiskRecord | undefined;
  /** Folders of fstab and of mount units. */
  readonly claimed: ReadonlySet<string>;
}

/**
 * Where it belongs among the others. One that is mounted has its place, and one that is gone needs none: to look at
 * hundreds of others for each of hundreds of events would be most of the work.
 */
async function observePlace(system: System, flags: Flags, known: Known): Promise<Place> {
  const { kernelName, seen, mounts, own, mounted, automount, assignments } = known;
  const isSettled = mounted?.isBeingMounted === false;
  if (isSettled || seen === undefined) {
    const path = mounted?.mountPoint ?? `${flags.CONFIG_DISK_ROOT}/${kernelName}`;
    const state = mounted === undefined ? 'missing' : 'mounted';
    const isCopy = { isSnapshot: mounted?.isSnapshot ?? false };
    return { ...isCopy, records: own, reservation: undefined, mountPoint: { path, state }, mountedOriginal: undefined };
  }
  const records = await readDiskRecords(system);
  const taken = await observeTakenNames(system, seen.uuid, records, kernelName);
  // The table of mounts shows paths without links, so the record has such a one too.
  const root = await followFolder(system, flags.CONFIG_DISK_ROOT);
  const assignment = assignmentOf(assignments);
  const claimed = new Set([...known.claimed, ...foldersOf(assignments.others)]);
  const names = { own: taken.own?.name ?? undefined, others: taken.others, claimed };
  const isCopy = isSnapshot(seen, taken.own, flags);
  const name = namedDisk(isCopy ? { ...seen, encodedLabel: undefined } : seen);
  const path = assignment?.place ?? chooseMountPoint(name, mounts, root.path, names);
  // Below a map of autofs a mere look mounts, and another disk that is mounted there may hang.
  const isLookedAt =
    automount === 'none' && !assignments.isBelowAutomount && !mounts.some(({ mountPoint }) => mountPoint === path);
  const folder = isLookedAt ? await observeMountPoint(system, path) : ({ path, state: 'missing' } as const);
  const ours = new Set(records.map((record) => record.mountPoint));
  const others = mounts.filter(({ mountPoint }) => !ours.has(mountPoint));
  const mountedOriginal = await observeMountedOriginal(system, seen, others);
  const { unsafePart } = assignment ?? root;
  const protectedAbove = folder.state === 'missing' ? await observeProtectedAbove(system, path, mounts) : undefined;
  const mountPoint = { ...folder, unsafePart, ...(protectedAbove === undefined ? {} : { protectedAbove }) };
  return { records, reservation: taken.own, mountPoint, mountedOriginal, isSnapshot: isCopy };
}

/** What is mounted over a folder is not protected by it. */
async function observeProtectedAbove(
  system: System,
  path: string,
  mounts: readonly Mount[],
): Promise<string | undefined> {
  const isHidden = (folder: string) => mounts.some(({ mountPoint }) => mountPoint === folder);
  const known = await readProtectedFolders(system);
  return known.find((each) => each.path !== path && isAtOrBelow(path, each.path) && !isHidden(each.path))?.path;
}

function keyOf(attached: Pick<AttachedDisk, 'device'> | undefined): string | undefined {
  return attached === undefined ? undefined : diskRecordKey(attached.device.name, attached.device.diskSequence);
}

function whoseMap({ isOurs, otherMap }: AutomountFacts): DiskFacts['automount'] {
  if (otherMap !== undefined) return 'others';
  return isOurs ? 'ours' : 'none';
}

/** Asked only for a disk that is gone: who uses one that is there matters to nobody until it is detached. */
async function observeUnits(system: System, gone: DiskRecord | undefined): Promise<MountUnit[]> {
  if (gone?.mountPoint === undefined || gone.mountPoint === null) return [];
  return observeMountUnits(system, gone.mountPoint, gone);
}

/** The list that the old agent kept on the disk itself. It is a stranger's text: a link in it is not followed. */
async function observeServices(system: System, mounted: DiskRecord | undefined): Promise<string[] | undefined> {
  if (mounted?.mountPoint === undefined || mounted.mountPoint === null) return undefined;
  const folder = await system.files.status(`${mounted.mountPoint}/.gandi`);
  const path = `${mounted.mountPoint}/.gandi/services`;
  const list = await system.files.status(path);
  if (folder?.type !== 'directory' || list?.type !== 'file' || list.size > maximalListBytes) return [];
  return parseServices((await system.files.read(path)) ?? '').slice(0, maximalServices);
}

async function observeTable(
  system: System,
  attached: AttachedDisk | undefined,
  mounted: DiskRecord | undefined,
  records: readonly DiskRecord[],
): Promise<PartitionTable | undefined> {
  if (attached?.device.partition == null) return undefined;
  const key = keyOf(attached) ?? '';
  if (mounted === undefined && !records.some(({ beneath }) => beneath.includes(key))) return undefined;
  return observePartitionTable(system, attached.wholeDisk);
}

/** All devices are looked at for this, which a disk that was no swap before is not worth. */
async function observeDesignation(
  system: System,
  flags: Flags,
  attached: AttachedDisk | undefined,
  mounts: readonly Mount[],
  pulled: readonly string[],
): Promise<boolean> {
  if (attached === undefined || !pulled.includes(attached.device.path)) return false;
  const devices = await observeBlockDevices(system);
  const designation = designateSwapDisk(devices, mounts, { swapDevice: flags.CONFIG_SWAP_DEVICE });
  return designation.kind === 'one' && designation.swapDevice.path === attached.device.path;
}

async function observeHooks(system: System, folder: string): Promise<Partial<Record<HookName, string>>> {
  const present = await system.files.list(folder);
  const hooks: Partial<Record<HookName, string>> = {};
  for (const name of ['post-disk-attach', 'pre-disk-detach'] as const) {
    const path = present.includes(name) ? await observeHook(system, `${folder}/${name}`) : undefined;
    if (path !== undefined) hooks[name] = path;
  }
  return hooks;
}
