import { ALLOWED_TYPES } from './expectations.ts';
import type { Node } from './file-tree.ts';
import { AssignmentLaws } from './assignment-laws.ts';
import { LayerLaws } from './layer-laws.ts';
import type { Device, FstabLine, Machine, Mount } from './machine.ts';

/**
 * How many touches of the doors may lie between a look at one part of the machine and the look at another part that belong to
 * one observation, with three other devices observed at the same time. What became true in that time is not held against the
 * agent.
 */
const observationTouches = 60;

/** The agent's process that acts, as far as the laws ask about it. */
export interface Actor {
  readonly number: number;
  /** The disks that a person named in the command that this process is. */
  readonly named:
    | { readonly verb: 'attach' | 'detach'; readonly diskIndex: number; readonly force: boolean }
    | undefined;
  /** When it looked at each device last, by kernel name. */
  readonly lookedAt: ReadonlyMap<string, number>;
  /** When it asked which disk has a kernel name, to act on it. */
  readonly identifiedAt: ReadonlyMap<string, number>;
  readonly flags: Readonly<Record<string, string>>;
}

/**
 * What must never happen, judged by what is true on the machine at the moment of the act: the laws of the design and the tables
 * of docs/decisions, told in other words than the agent's own.
 */
export class Laws {
  readonly #machine: Machine;
  /** Of what is built on disks. */
  readonly layers: LayerLaws;
  /** Of what an admin assigned to a path. */
  readonly assignments: AssignmentLaws;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.assignments = new AssignmentLaws(machine, observationTouches);
    this.layers = new LayerLaws(machine, observationTouches, this.assignments);
  }

  mounts(device: Device, path: string, options: readonly string[], actor: Actor): void {
    const machine = this.#machine;
    const breaks = (law: string) => machine.violate(`mount: ${law}`, `${device.name} at ${path}`);
    const decided = this.#decided(device, actor);
    const known = (since: number | undefined) => since !== undefined && since < decided;
    if (device.layer !== undefined && !machine.layers.isOnData(device)) breaks('what lies on a disk of somebody else');
    if (device.layer === undefined && !device.disk.isData) breaks('a disk that is not marked as a data disk');
    if (device.disk.index === 0) breaks('the disk of the running system');
    if (actor.flags.CONFIG_ALLOW_MOUNT === '0') breaks('the admin switched mounting off');
    if (device.partitions.length > 0) breaks('a disk with partitions');
    if (device.disk.isPath) breaks('a path of a multipath disk');
    const isNamed = machine.layers.beneath(device).every(({ kind }) => actor.flags.CONFIG_LAYERS?.includes(kind));
    if (!isNamed) breaks('a layer that no flag names');
    if (machine.layers.over([device]).some(({ since }) => known(since))) breaks('something is built on it');
    if (known(device.holder?.since)) breaks('something is built on it');
    if (known(this.claimOf(device)?.since)) breaks('fstab names it');
    const isCopyBeside = options.includes('ro') && this.assignments.isCopy(device, actor);
    for (const mount of machine.mounts) {
      if (mount.device === device && known(mount.since)) breaks('it is mounted already');
      if (
        mount.device !== device &&
        mount.device.isPresent &&
        mount.fileSystem.uuid === uuidOf(device) &&
        known(mount.since) &&
        !isCopyBeside
      )
        breaks('a clone of what is mounted');
      if (mount.path === path && known(mount.since)) breaks('over another mount');
    }
    const isAsked = isNamedBy(actor, this.#machine, device);
    if (!isAsked && known(device.staysUnmounted)) breaks('somebody unmounted or detached it');
    for (const option of ['nosuid', 'nodev']) if (!options.includes(option)) breaks(`without ${option}`);
    this.assignments.mounts(device, path, options, decided, actor);
    const isAssigned = this.assignments.mayBeAt(device, path, decided);
    if (!isAssigned && !isInDiskRoot(path)) breaks('outside of the disk root');
    const place = machine.nodeAt(path);
    if (place?.type !== 'directory') breaks('no folder is there');
    else if (place.entries.size > 0 && machine.mountAt(path) === undefined && known(this.filledAt.get(path)))
      breaks('over files');
    else if (!isAssigned && place.madeBy !== 'agent' && (place.uid !== 0 || (place.mode & 0o022) !== 0)) {
      if (known(this.madeAt.get(path))) breaks('over a folder of somebody else');
      else this.#taken.add(place);
    }
  }

  /** When somebody put the first file into a folder below the disk root, and when somebody made it. */
  readonly filledAt = new Map<string, number>();
  readonly madeAt = new Map<string, number>();
  /** Folders that somebody made at the moment when the agent was about to: it takes them for its own. */
  readonly #taken = new WeakSet<Node>();

  formats(device: Device, type: string, actor: Actor): void {
    const machine = this.#machine;
    const breaks = (law: string) => machine.violate(`format: ${law}`, device.name);
    const lock = machine.exclusiveLock(device.disk);
    if (lock?.process !== actor.number) breaks('without its lock');
    if (actor.flags.CONFIG_FORMAT_BLANK !== type) breaks('no flag asks for it');
    if (!device.disk.isData) breaks('a disk that is not marked as a data disk');
    if (device.disk.index === 0) breaks('the disk of the running system');
    if (device.parent !== undefined) breaks('a partition');
    if (device.volume.content.kind !== 'blank') breaks(`it holds ${device.volume.content.kind}`);
    if (device.disk.readOnly) breaks('it is read-only');
    this.assignments.writes(device, this.#decided(device, actor));
    if (machine.isClaimed(device)) breaks('it is in use');
    const claim = this.claimOf(device);
    if (claim !== undefined && claim.since < (lock?.since ?? 0)) breaks('fstab names it');
  }

  unmounts(mount: Mount, actor: Actor): void {
    const machine = this.#machine;
    const breaks = (law: string) => machine.violate(`unmount: ${law}`, `${mount.path} of ${mount.device.name}`);
    const isOld = machine.tick - mount.since > observationTouches;
    if (mount.by !== 'agent') {
      if (isOld) breaks('a mount of somebody else');
      return;
    }
    const isAsked = actor.named?.verb === 'detach' && isNamedBy(actor, machine, mount.device);
    // Another disk took the name after the agent had asked whose it is: such a mount is taken back.
    const isMistaken = mount.device.since > (mount.identifiedAt ?? mount.since) - observationTouches;
    const isThere = mount.device.isPresent && machine.layers.isWhole(mount.device);
    if (isThere && !isAsked && isOld && !isMistaken) breaks('a disk that is there, and nobody asked');
  }

  removesFolder(path: string): void {
    const node = this.#machine.nodeAt(path);
    if (node?.type !== 'directory') return;
    if (node.madeBy !== 'agent' && !this.#taken.has(node))
      this.#machine.violate('folder: removed one that it has not made', path);
    if (!isInDiskRoot(path) && !this.#machine.assignments.leadsTo(path))
      this.#machine.violate('folder: removed one outside of the disk root', path);
  }

  grows(device: Device, actor: Actor): void {
    const machine = this.#machine;
    const isOurs = machine.mountsOf(device).some(({ by }) => by === 'agent');
    const isJustLost = machine.tick - (device.lostMountAt ?? Number.NEGATIVE_INFINITY) < observationTouches;
    // The tool then finds the stale mount, and ends with an error.
    const isAnother = this.#isAnother(device, actor);
    if (!isOurs && !isJustLost && !isAnother) machine.violate('grow: what the agent has not mounted', device.name);
    const isReadOnly = device.disk.readOnly || device.isSetReadOnly;
    if (isReadOnly && !isAnother) machine.violate('grow: a read-only disk', device.name);
    if (!isAnother) this.assignments.writes(device, this.#decided(device, actor));
  }

  checks(device: Device, actor: Actor): void {
    // The tool opens what has the name: a disk that got it a moment ago is checked in the place of the one that went.
    if (this.#isAnother(device, actor)) return;
    if (!this.#machine.isLockedBy(actor.number, device.disk))
      this.#machine.violate('check: without its lock', device.name);
    if (this.#machine.mountsOf(device).length > 0) this.#machine.violate('check: a mounted file system', device.name);
    if (actor.flags.CONFIG_FSCK !== '1') this.#machine.violate('check: no flag asks for it', device.name);
    this.assignments.writes(device, this.#decided(device, actor));
  }

  setsReadOnly(device: Device, isReadOnly: boolean, actor: Actor): void {
    this.assignments.setsReadOnly(device, isReadOnly, this.#decided(device, actor), actor);
  }

  /** Whether another disk took the name after the agent had asked whose it is. */
  #isAnother(device: Device, actor: Actor): boolean {
    return device.since > (actor.identifiedAt.get((device.parent ?? device).name) ?? this.#machine.tick);
  }

  /** When the agent may have looked at the earliest. */
  #decided({ name }: Device, actor: Actor): number {
    return (actor.lookedAt.get(name) ?? this.#machine.tick) - observationTouches;
  }

  releases(device: Device): void {
    for (const each of this.#machine.devicesOf(device.disk)) {
      const isBuiltOn = each.holder !== undefined || this.#machine.layers.over([each]).length > 0;
      if (this.#machine.mountsOf(each).length > 0 || isBuiltOn) {
        this.#machine.violate('release: a disk that is in use', each.name);
      }
    }
  }

  writes(path: string): void {
    if (!/^\/(?:run|var\/lib)\/gandi(?:\/|$)/.test(path))
      this.#machine.violate("write: outside of the agent's own folders", path);
  }

  /** The line of fstab that names a device, by what is true of it now. */
  claimOf(device: Device): FstabLine | undefined {
    const { content, number } = device.volume;
    const suffix = number === null ? '' : `-part${number}`;
    const specs = [
      device.path,
      `/dev/disk/by-id/scsi-${device.disk.serial}${suffix}`,
      `ID=scsi-${device.disk.serial}${suffix}`,
    ];
    if (content.kind === 'file-system') {
      const { uuid, label } = content.fileSystem;
      specs.push(`UUID=${uuid}`, `UUID="${uuid}"`, ...(label === '' ? [] : [`LABEL=${label}`]));
    }
    return this.#machine.fstab.find(({ text }) => specs.includes(text.split(/\s/)[0] ?? ''));
  }
}

/** Whether a person named the disk, or one of those that share a stack with it. */
function isNamedBy({ named }: Actor, { layers, disks }: Machine, device: Device): boolean {
  if (named === undefined) return false;
  const together = layers.togetherWith(device);
  return together.some((disk) => disk.index === named.diskIndex && disks.includes(disk));
}

function isInDiskRoot(path: string): boolean {
  return /^\/srv\/[^/]+$/.test(path) && !['.', '..'].includes(path.slice(5));
}

function uuidOf({ volume: { content } }: Device): string | undefined {
  return content.kind === 'file-system' && ALLOWED_TYPES.has(content.fileSystem.type)
    ? content.fileSystem.uuid
    : undefined;
}
