import { type AssignmentFile, isAtOrBelow } from './assignments.ts';
import type { World } from './agent-process.ts';
import { ALLOWED_TYPES } from './expectations.ts';
import type { Node } from './file-tree.ts';
import type { Happenings } from './happenings.ts';
import { type Device, recordNameOf } from './machine.ts';
import type { Violation } from './run-history.ts';
import { leastGrownBytes } from './tools.ts';

const growing = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs']);

/** What must be true once everything has calmed down and the agent has looked at every device. */
export function finalViolations(world: World, happenings: Happenings): Violation[] {
  return [
    ...world.machine.devices.filter(({ isPresent }) => isPresent).flatMap((device) => violationsOf(device, world)),
    ...staleMounts(world),
    ...overEachOther(world),
    ...brokenLayers(world),
    ...foldersOfAssignments(world),
    ...leftovers(world),
    ...hooksTwice(world),
    ...happenings
      .lost()
      .map(({ where, content }) => ({ law: 'loss: a file of the customer is gone', what: `${content} at ${where}` })),
  ];
}

function violationsOf(device: Device, world: World): Violation[] {
  const { machine } = world;
  const mounts = machine.mountsOf(device).filter(({ by }) => by === 'agent');
  const [mount] = mounts;
  const wanted = isWanted(device, world);
  const found: Violation[] = [];
  const breaks = (law: string) =>
    void found.push({ law: `end: ${law}`, what: `${device.name} (disk ${device.disk.index})` });
  if (mounts.length > 1) breaks('mounted twice');
  if (wanted === 'mounted' && mount === undefined) breaks('a disk that nothing speaks against is not mounted');
  if (wanted === 'not' && mount !== undefined) breaks('mounted, though it should not be');
  if (mount === undefined) return found;
  const isAssigned = machine.assignments.meaning(device).some(({ path }) => path === mount.path);
  if (!isAssigned && !namesOf(device).some((name) => isNumbered(mount.path.slice('/srv/'.length), name)))
    breaks(`mounted under a name that is not its own: ${mount.path}`);
  const { type, sizeBytes } = mount.fileSystem;
  const isLargeEnough = device.volume.sizeBytes >= leastGrownBytes(type);
  // A file that was written since it was mounted counts: better too small than changed.
  const { assignments } = machine;
  const keeps = (each: AssignmentFile) => (each.isReadOnly || each.isMistaken) && assignments.means(each, device);
  const mustStay = assignments.current.some(keeps);
  const isReadOnly = device.disk.readOnly || mount.options.split(',').includes('ro') || mustStay;
  const mayGrow = growing.has(type) && isLargeEnough && !isReadOnly && flagOf(world, 'CONFIG_GROW') !== '0';
  if (mayGrow && sizeBytes < device.volume.sizeBytes) breaks('not grown');
  return found;
}

/** Told by docs/decisions/data-disk.md, and by what happened. */
function isWanted(device: Device, world: World): 'mounted' | 'not' | 'either' {
  const { machine, laws } = world;
  const { content } = device.volume;
  const isMounted = machine.mountsOf(device).some(({ by }) => by === 'agent');
  if (!machine.layers.isOnData(device) || device.partitions.length > 0) return 'not';
  if (device.disk.isPath || !isNamed(device, world) || !machine.layers.isWhole(device)) return 'not';
  if (content.kind !== 'file-system' || !ALLOWED_TYPES.has(content.fileSystem.type)) return 'not';
  if (device.isUncertain) return 'either';
  if (isDegraded(device, world)) return 'either';
  if (device.staysUnmounted !== undefined) return 'not';
  // What came true later is no reason to unmount a disk.
  if (isMounted) return 'either';
  const isTwin = machine.mounts.some(
    (mount) => mount.device !== device && mount.fileSystem.uuid === content.fileSystem.uuid,
  );
  const isTaken =
    device.holder !== undefined ||
    machine.layers.over([device]).length > 0 ||
    laws.claimOf(device) !== undefined ||
    machine.mountsOf(device).length > 0 ||
    (isTwin && !isOfCopies(device, world));
  if (isTaken || flagOf(world, 'CONFIG_ALLOW_MOUNT') === '0') return 'not';
  if (isOfCopies(device, world) || isOlderThanFiles(device, world)) return 'either';
  const own = machine.assignments.current.filter((each) => machine.assignments.means(each, device));
  if (own.length > 0) return isWantedAtPath(device, own, world);
  const isTwinOfBefore = machine.mounts.some((mount) => mount.device.volume.uuidBefore === content.fileSystem.uuid);
  return isTwinOfBefore || hasObstacle(device, world) ? 'either' : 'mounted';
}

/** What is built on disks is attached with them: a file that came or went since counts from their next attachment on. */
function isOlderThanFiles({ layer, since }: Device, { machine }: World): boolean {
  const isNewer = (each: AssignmentFile) => each.since > since || (each.until ?? 0) > since;
  return layer !== undefined && machine.assignments.ever.some(isNewer);
}

/** CONFIG_SNAPSHOTS, and another disk carries its UUID: which of the two came first is a matter of the whole history. */
function isOfCopies({ volume }: Device, world: World): boolean {
  const { machine } = world;
  const { content } = volume;
  if (flagOf(world, 'CONFIG_SNAPSHOTS') !== '1' || content.kind !== 'file-system') return false;
  const volumes = machine.disks.flatMap(({ whole, partitions }) => [whole, ...partitions]);
  const others = volumes.filter((each) => each !== volume).map((each) => each.content);
  return others.some((each) => each.kind === 'file-system' && each.fileSystem.uuid === content.fileSystem.uuid);
}

/** A mirror beneath it lacks a member: the one that is there may be the older one. */
function isDegraded(device: Device, { machine }: World): boolean {
  const { layer } = device;
  if (layer === undefined) return false;
  return (
    layer.slaves.length < layer.assembly.members.length ||
    layer.slaves.some((slave) => isDegraded(slave, { machine } as World))
  );
}

/** An assignment can be kept where it is the only one, and neither its path nor its disk is another's. */
function isWantedAtPath(device: Device, own: readonly AssignmentFile[], world: World): 'mounted' | 'not' | 'either' {
  const { machine } = world;
  const [only] = own;
  if (only === undefined || own.length > 1 || only.isMistaken || machine.mountAt(only.path) !== undefined) return 'not';
  const isRival = (other: Device) =>
    other !== device &&
    other.isPresent &&
    (other.layer === undefined ? other.disk.isData : machine.layers.isOnData(other)) &&
    other.volume.content.kind === 'file-system' &&
    (other.layer === undefined || (machine.layers.isWhole(other) && isNamed(other, world)));
  if (machine.devices.some((other) => isRival(other) && machine.assignments.means(only, other))) return 'not';
  if (only.isReadOnly && machine.layers.beneath(device).some(({ kind }) => kind === 'md')) return 'not';
  const others = machine.assignments.current.filter((each) => each !== only && !each.isMistaken);
  if (others.some((other) => isAtOrBelow(only.path, other.path))) return 'not';
  return isObstacle(machine.nodeAt(only.path)) || !isReachable(machine, only.path) ? 'either' : 'mounted';
}

function isObstacle(node: Node | undefined): boolean {
  return node !== undefined && (node.type !== 'directory' || node.entries.size > 0);
}

/** Where a disk is assigned to and not mounted nothing can be written; where none is any more, it can. */
function foldersOfAssignments({ machine }: World): Violation[] {
  const { current, ever } = machine.assignments;
  const valid = current.filter(({ isMistaken }) => !isMistaken).map(({ path }) => path);
  const isInner = (path: string) => valid.some((other) => other !== path && isAtOrBelow(path, other));
  const isFree = (path: string) => machine.mounts.every((mount) => mount.path !== path);
  const open = valid.filter((path) => {
    const node = machine.nodeAt(path);
    const isProtected = node?.type === 'directory' && node.isImmutable === true;
    return isFree(path) && !isInner(path) && !isObstacle(node) && isReachable(machine, path) && !isProtected;
  });
  const isHeld = (path: string) => {
    const node = machine.nodeAt(path);
    return node?.type === 'directory' && node.isImmutable === true && !valid.includes(path) && isFree(path);
  };
  const isAnyMistaken = current.some(({ isMistaken }) => isMistaken);
  const held = isAnyMistaken ? [] : ever.map(({ path }) => path).filter(isHeld);
  return [
    ...open.map((what) => ({ law: 'end: the folder of an assignment can be written', what })),
    ...held.map((what) => ({ law: 'end: a folder is protected, and no disk is assigned to it', what })),
  ];
}

/** Only root could have changed the way to it, and no folder on the way is still protected. */
function isReachable(machine: World['machine'], path: string): boolean {
  const above = path.slice(0, path.lastIndexOf('/'));
  if (above === '') return true;
  const node = machine.nodeAt(above);
  const isSafe =
    node === undefined ||
    (node.type === 'directory' && node.uid === 0 && (node.mode & 0o022) === 0 && !node.isImmutable);
  return isSafe && isReachable(machine, above);
}

/** Something of somebody else is where it could be mounted. */
function hasObstacle(device: Device, { machine }: World): boolean {
  const root = machine.nodeAt('/srv');
  if (root?.type !== 'directory') return true;
  return [...root.entries].some(([name, node]) => {
    if (!namesOf(device).some((own) => isNumbered(name, own))) return false;
    return node.type !== 'directory' || node.entries.size > 0 || node.uid !== 0 || (node.mode & 0o022) !== 0;
  });
}

/** What its folder may be called: the label, and as the label may have changed since, whatever it was before. */
function namesOf({ name, disk, volume, parent }: Device): string[] {
  const suffix = volume.number === null ? '' : `-part${volume.number}`;
  const label = volume.content.kind === 'file-system' ? volume.content.fileSystem.label : '';
  const former = ['data', 'web', 'data_2', 'sdc', 'serial-2-part1'];
  return [label, ...former, `${disk.serial}${suffix}`, parent === undefined ? name : `${parent.name}${suffix}`].filter(
    (each) => each !== '',
  );
}

function isNumbered(name: string, base: string): boolean {
  return name === base || (name.startsWith(`${base}_`) && /^\d+$/.test(name.slice(base.length + 1)));
}

/** What is wholly ours and lies on a disk that is gone, where nobody else has it open. */
function brokenLayers(world: World): Violation[] {
  const { machine } = world;
  const broken = machine.devices.filter((device) => {
    if (!device.isPresent || device.layer === undefined || machine.layers.isWhole(device)) return false;
    // Of what the admin opened and a disk took along at once nobody can say whose it was.
    const isKnown = device.layer.by === 'agent' || isOnRecord(device, world);
    return isKnown && isOurs(device, world) && !machine.layers.isInUse(device) && !device.layer.isDeferred;
  });
  return broken.map(({ name }) => ({ law: 'end: a layer is left of which a disk is gone', what: name }));
}

/** The agent saw it while it was whole. */
function isOnRecord(device: Device, { machine }: World): boolean {
  const record = machine.nodeAt(`/run/gandi/disks/${recordNameOf(device)}`);
  return record?.type === 'file' && JSON.parse(record.content).beneath.length > 0;
}

/** CONFIG_LAYERS names each layer. */
function isNamed(device: Device, world: World): boolean {
  const allowed = flagOf(world, 'CONFIG_LAYERS') ?? '';
  return world.machine.layers.beneath(device).every(({ kind }) => allowed.includes(kind));
}

/** All of its disks are data disks, and CONFIG_LAYERS names each layer. */
function isOurs(device: Device, world: World): boolean {
  const { layers } = world.machine;
  const disks = layers.beneath(device).flatMap((assembly) => layers.disksOf(assembly));
  return isNamed(device, world) && disks.every(({ isData, index }) => isData && index !== 0);
}

function staleMounts({ machine }: World): Violation[] {
  const isGone = (device: Device) => !device.isPresent || !machine.layers.isWhole(device);
  const stale = machine.mounts.filter(({ by, device }) => by === 'agent' && isGone(device));
  return stale.map(({ path, device }) => ({
    law: 'end: a stale mount of a disk that is gone',
    what: `${path} of ${device.name}`,
  }));
}

function overEachOther({ machine }: World): Violation[] {
  const hidden = machine.mounts.filter((mount) => machine.mountAt(mount.path) !== mount);
  return hidden.map(({ path, device }) => ({
    law: 'end: a disk is mounted over another',
    what: `${device.name} at ${path}`,
  }));
}

function leftovers({ machine }: World): Violation[] {
  const folder = machine.nodeAt('/run/gandi/disks');
  const names = folder?.type === 'directory' ? [...folder.entries.keys()] : [];
  const present = new Set(machine.devices.filter(({ isPresent }) => isPresent).map(recordNameOf));
  return names
    .filter((name) => !present.has(name))
    .map((what) => ({ law: 'end: a record of a disk that is gone', what }));
}

/** It may be missed where the agent was killed, and never be told twice of one mount by one process after the other. */
function hooksTwice({ hooks, hasOverlapped }: World): Violation[] {
  if (hasOverlapped) return [];
  const told = hooks
    .filter(({ hook, mount }) => hook === 'post-disk-attach' && mount !== undefined)
    .map(({ mount }) => mount);
  const twice = told.filter((mount, index) => told.indexOf(mount) !== index);
  return twice.map((mount) => ({ law: 'hook: told twice', what: `mount ${mount}` }));
}

function flagOf({ machine }: World, name: string): string | undefined {
  const node = machine.nodeAt('/etc/default/gandi');
  return node?.type === 'file' ? new RegExp(`^${name}=(.*)$`, 'm').exec(node.content)?.[1] : undefined;
}
