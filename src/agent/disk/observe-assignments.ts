import { basename, dirname, join } from 'node:path';
import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import { followFolder } from '../../core/system/safe-path.ts';
import type { System } from '../../core/system/system.ts';
import type { Assignment, Assignments } from '../assignment/assignment.ts';
import type { LayerName } from '../flags/layer-names.ts';
import type { Stack } from '../stack/stack.ts';
import { isStackOfOthers } from '../stack/stack-decision.ts';
import { observeStack } from './observe-stack.ts';
import { type AssignmentFacts, noAssignmentFacts, type PlacedAssignment } from './assignment-facts.ts';
import { identityOf } from './disk-identity.ts';
import { matchAssignments, means } from './match-assignment.ts';
import { isAtOrBelow } from '../assignment/system-folders.ts';

type Properties = Readonly<Record<string, string>>;

/** The disk that is asked about. */
interface Asked {
  /** undefined once it is gone. */
  readonly device: BlockDevice | undefined;
  readonly properties: Properties;
  /** What it lies on, for a layered device. */
  readonly stack: Stack | undefined;
  /** Where it is mounted already, its neighbours do not matter. */
  readonly mayHaveToBeMounted: boolean;
}

/** What else has or wants folders. */
interface Surroundings {
  readonly mounts: readonly Mount[];
  /** Folders of fstab and of mount units. */
  readonly claimed: ReadonlySet<string>;
  /** Whose map of automount(8) has the disk root. */
  readonly map: 'none' | 'ours' | 'others';
  /** CONFIG_DISK_ROOT */
  readonly diskRoot: string;
  /** CONFIG_LAYERS */
  readonly layers: readonly LayerName[];
}

/** What is said of a disk and of the paths of all others. Other disks are asked about only where there is an assignment. */
export async function observeAssignments(
  system: System,
  all: Assignments,
  { device, properties, stack, mayHaveToBeMounted }: Asked,
  around: Surroundings,
): Promise<AssignmentFacts> {
  if (device === undefined || all.valid.length + all.mistaken.length === 0) return noAssignmentFacts;
  const matched = matchAssignments(all, identityOf(device, properties, stack));
  const placed = await Promise.all(all.valid.map((assignment) => placeAssignment(assignment, around.mounts, system)));
  const own = placed.filter(({ file }) => matched.own.some((each) => each.file === file));
  const others = placed.filter((each) => !own.includes(each));
  const { mistaken } = matched;
  // Only a file system is mounted: what bears one has its serial too, and is not its rival.
  const isInTheRace = mayHaveToBeMounted && properties.ID_FS_USAGE === 'filesystem';
  const of = isInTheRace ? await observeRivals(system, { device, properties }, own, others, around) : withoutRivals;
  const { claimed } = around;
  const root = own.length === 0 ? '' : (await followFolder(system, around.diskRoot)).path;
  const isBelowAutomount = own.some((each) => isBelowMap(each.place, root, around));
  return { own, mistaken, others, ...of, claimed, diskRoot: root, isBelowAutomount };
}

type Rivals = Pick<AssignmentFacts, 'rivals' | 'isOfPool' | 'ofPool'>;

const withoutRivals: Rivals = { rivals: [], isOfPool: false, ofPool: undefined };

async function observeRivals(
  system: System,
  { device, properties }: Pick<Neighbour, 'device' | 'properties'>,
  own: readonly PlacedAssignment[],
  others: readonly PlacedAssignment[],
  around: Surroundings,
): Promise<Rivals> {
  const [only] = own;
  const isBtrfs = properties.ID_FS_TYPE === 'btrfs';
  if (only === undefined && (!isBtrfs || others.length === 0)) return withoutRivals;
  const neighbours = await observeNeighbours(system, device, around);
  const pool = isBtrfs ? neighbours.filter((each) => isInSamePool(each.properties, properties)) : [];
  const isOfPool = pool.length > 0;
  if (only === undefined) {
    return { rivals: [], isOfPool, ofPool: others.find((each) => pool.some((one) => isMeant(each, one))) };
  }
  const rivals = neighbours.filter((each) => !pool.includes(each) && isMeant(only, each));
  return { rivals: rivals.map((each) => each.device.path), isOfPool, ofPool: undefined };
}

/** A folder right in the disk root is one that our own map knows, as it is that of a disk with such a label. */
function isBelowMap(path: string, diskRoot: string, { map, mounts }: Surroundings): boolean {
  const isInRoot = path !== diskRoot && isAtOrBelow(path, diskRoot);
  if (map !== 'none' && isInRoot) return dirname(path) !== diskRoot;
  return mounts.some(({ fileSystem, mountPoint }) => fileSystem === 'autofs' && isAtOrBelow(path, mountPoint));
}

/** Where the path of an assignment leads. Below a map of autofs a mere look mounts, so the way to such a path is not gone. */
export async function placeAssignment(
  assignment: Assignment,
  mounts: readonly Mount[],
  system: System,
): Promise<PlacedAssignment> {
  const { path } = assignment;
  const isLookedAt = !mounts.some(
    ({ fileSystem, mountPoint }) =>
      fileSystem === 'autofs' && mountPoint !== dirname(path) && isAtOrBelow(dirname(path), mountPoint),
  );
  if (!isLookedAt) return { ...assignment, place: path, unsafePart: undefined };
  const folder = await followFolder(system, dirname(path));
  return { ...assignment, place: join(folder.path, basename(path)), unsafePart: folder.unsafePart };
}

interface Neighbour {
  readonly device: BlockDevice;
  readonly properties: Properties;
  readonly stack: Stack | undefined;
}

/** Other data disks, partitions and layered devices that have a file system. */
async function observeNeighbours(
  system: System,
  { name }: BlockDevice,
  { mounts, layers }: Surroundings,
): Promise<Neighbour[]> {
  const neighbours: Neighbour[] = [];
  for (const device of await observeBlockDevices(system)) {
    if (device.name === name || device.bus === 'loop' || device.partitions.length > 0) continue;
    const properties = await observeUdevProperties(system, device.path);
    if (properties.ID_FS_USAGE !== 'filesystem') continue;
    const stack = await observeStack(system, device.name, mounts);
    const isOurs = stack === undefined ? properties.GANDI_DATA_DISK === '1' : !isStackOfOthers(stack, layers);
    if (isOurs) neighbours.push({ device, properties, stack });
  }
  return neighbours;
}

function isMeant({ selectors }: Assignment, { device, properties, stack }: Neighbour): boolean {
  return means(selectors, identityOf(device, properties, stack));
}

/** Another device of the same Btrfs, and not a copy of this one: each device has a UUID of its own too. */
function isInSamePool(one: Properties, other: Properties): boolean {
  const isSame = one.ID_FS_TYPE === 'btrfs' && one.ID_FS_UUID === other.ID_FS_UUID;
  return isSame && one.ID_FS_UUID_SUB !== other.ID_FS_UUID_SUB;
}
