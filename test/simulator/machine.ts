import { Assignments } from './assignments.ts';
import { type Disk, type FileSystem, makeDisk, type Volume } from './disk.ts';
import { componentsOf, type Folder, file, folder, type Node, SystemCallError } from './file-tree.ts';
import { type LayerOf, Layers } from './layers.ts';
import type { Assembly } from './stack.ts';
import { Udev } from './udev.ts';

/** A block device as the kernel shows it: one attachment of a disk or of a partition of it. */
export interface Device {
  readonly name: string;
  readonly path: string;
  readonly majorMinor: string;
  readonly disk: Disk;
  readonly volume: Volume;
  readonly diskSequence: number;
  /** When it was attached. */
  readonly since: number;
  /** undefined for a whole disk. */
  readonly parent: Device | undefined;
  readonly partitions: Device[];
  isPresent: boolean;
  /** What it lies on; undefined for a disk and a partition. */
  readonly layer: LayerOf | undefined;
  /** What is built on it, and since when. */
  holder: { readonly name: string; readonly since: number } | undefined;
  /** Somebody unmounted it or had it detached: nothing but a wish may mount it again. Since when. */
  staysUnmounted: number | undefined;
  /** A command was cut off or failed: whether it is to be mounted nobody can say. */
  isUncertain: boolean;
  /** blockdev(8) had the kernel refuse writes to it. */
  isSetReadOnly: boolean;
  /** When a mount of the agent's was taken from it last. */
  lostMountAt: number | undefined;
}

export interface Mount {
  readonly id: number;
  readonly device: Device;
  readonly fileSystem: FileSystem;
  readonly path: string;
  readonly options: string;
  readonly by: 'agent' | 'admin' | 'system';
  /** When the agent asked last which disk has the name: mount(8) may hang, and mounts what has it by then. */
  readonly identifiedAt?: number | undefined;
  readonly since: number;
}

export interface FstabLine {
  readonly text: string;
  readonly since: number;
}

/** A BSD lock on a whole disk. */
export interface Lock {
  readonly by: 'agent' | 'admin';
  readonly process: number;
  readonly isExclusive: boolean;
  readonly since: number;
}

/**
 * A machine with disks, mounts, udev and files, in memory. It knows what is true; what the agent learns of it goes through the
 * doors (`doors.ts`). Time is counted in touches of those doors.
 */
export class Machine {
  tick = 0;
  boots = 1;
  readonly root: Folder;
  readonly disks: readonly Disk[];
  readonly udev: Udev;
  readonly layers: Layers;
  readonly assignments: Assignments;
  /** When a disk that was attached went. */
  readonly goneAt = new Map<Disk, number>();
  devices: Device[] = [];
  mounts: Mount[] = [];
  locks = new Map<Disk, Lock[]>();
  fstab: FstabLine[] = [];
  /** Programs of the admin, by the folder that they keep open. */
  programs: { readonly pid: number; readonly path: string }[] = [];
  /** Undoes what is not on the disk yet, newest last; the folder in which it was done. */
  volatile: { readonly inFolder: Folder; undo(): void }[] = [];
  /** Called for what the laws forbid. */
  onViolation: (law: string, what: string) => void = () => undefined;
  /** The history as it happened, one line each. */
  readonly story: string[] = [];
  #nextMount = 10;
  #nextSequence = 1;

  constructor(disks: readonly Disk[], flags: string, assemblies: readonly Assembly[] = []) {
    this.disks = disks;
    this.root = rootOf(flags);
    this.udev = new Udev(this);
    this.layers = new Layers(this, assemblies);
    this.assignments = new Assignments(this);
    this.#writeKeys(assemblies);
    for (const disk of disks) this.goneAt.set(disk, 0);
    this.#boot();
  }

  tell(line: string): void {
    this.story.push(`${String(this.tick).padStart(5)}  ${line}`);
  }

  violate(law: string, what: string): void {
    this.tell(`!! ${law}: ${what}`);
    this.onViolation(law, what);
  }

  deviceAt(path: string): Device | undefined {
    const isCalled = ({ path: own, layer }: Device) =>
      own === path || (layer?.mapperName !== undefined && path === `/dev/mapper/${layer.mapperName}`);
    return this.devices.find((device) => device.isPresent && isCalled(device));
  }

  devicesOf(disk: Disk): Device[] {
    return this.devices.filter((device) => device.disk === disk && device.isPresent);
  }

  isAttached(disk: Disk): boolean {
    return this.devicesOf(disk).length > 0;
  }

  /** Of several on one folder the one that is seen. */
  mountAt(path: string): Mount | undefined {
    return this.mounts.findLast((mount) => mount.path === path);
  }

  mountsOf(device: Device): Mount[] {
    return this.mounts.filter((mount) => mount.device === device);
  }

  // Files

  /** What is at a path, with what is mounted there. */
  nodeAt(path: string): Node | undefined {
    const { top, components } = this.#start(path);
    let node: Node | undefined = top;
    for (const component of components) {
      if (node?.type !== 'directory') return undefined;
      node = node.entries.get(component);
    }
    return node;
  }

  /** The folder at a path, made with those above it if it is missing. */
  makeFolder(path: string, madeBy: 'agent' | 'others' = 'others'): Folder {
    const { top, components } = this.#start(path);
    let at = top;
    for (const component of components) {
      let next = at.entries.get(component);
      if (next === undefined) {
        next = folder(madeBy);
        at.entries.set(component, next);
      }
      if (next.type !== 'directory') throw new SystemCallError('ENOTDIR', path);
      at = next;
    }
    return at;
  }

  folderOf(path: string): Folder {
    const parent = this.nodeAt(path.slice(0, path.lastIndexOf('/')) || '/');
    if (parent === undefined) throw new SystemCallError('ENOENT', path);
    if (parent.type !== 'directory') throw new SystemCallError('ENOTDIR', path);
    return parent;
  }

  #start(path: string): { top: Folder; components: string[] } {
    let found: Mount | undefined;
    for (const mount of this.mounts) {
      if (mount.path === '/' || !(path === mount.path || path.startsWith(`${mount.path}/`))) continue;
      if (found === undefined || mount.path.length >= found.path.length) found = mount;
    }
    if (found === undefined) return { top: this.root, components: componentsOf(path) };
    return { top: found.fileSystem.top, components: componentsOf(path.slice(found.path.length)) };
  }

  // The kernel

  attach(disk: Disk): Device | undefined {
    if (this.isAttached(disk)) return undefined;
    const isTaken = (name: string) =>
      this.devices.some((device) => device.name === name && (device.isPresent || this.#keepsName(device)));
    const [prefix, major] = disk.bus === 'xen' ? (['xvd', 202] as const) : (['sd', 8] as const);
    let letter = 0;
    while (isTaken(`${prefix}${String.fromCharCode(97 + letter)}`)) letter += 1;
    const name = `${prefix}${String.fromCharCode(97 + letter)}`;
    const common = {
      disk,
      diskSequence: this.#nextSequence,
      since: this.tick,
      isPresent: true,
      layer: undefined,
      holder: undefined,
      staysUnmounted: undefined,
      isUncertain: false,
      isSetReadOnly: false,
      lostMountAt: undefined,
    };
    this.#nextSequence += 1;
    const numbered = (minor: number) => `${major}:${letter * 16 + minor}`;
    const partitions: Device[] = [];
    const whole = {
      ...common,
      name,
      path: `/dev/${name}`,
      majorMinor: numbered(0),
      volume: disk.whole,
      parent: undefined,
      partitions,
    };
    for (const volume of disk.partitions) {
      const partName = `${name}${volume.number}`;
      const number = volume.number ?? 0;
      partitions.push({
        ...common,
        name: partName,
        path: `/dev/${partName}`,
        majorMinor: numbered(number),
        volume,
        parent: whole,
        partitions: [],
      });
    }
    this.devices.push(whole, ...partitions);
    this.goneAt.delete(disk);
    for (const assembly of this.layers.on(disk)) assembly.staysClosed = undefined;
    for (const device of [whole, ...partitions]) this.udev.hear('add', device);
    return whole;
  }

  /**
   * Whether a disk that is gone has its name still: as long as it or a part of it is mounted. Not on Xen: there the platform says
   * the name, and the number is free once the device is gone (blkfront_remove of linux/drivers/block/xen-blkfront.c).
   */
  #keepsName(device: Device): boolean {
    if (device.disk.bus === 'xen') return false;
    const family = [device, ...device.partitions];
    return family.some((each) => this.mountsOf(each).length > 0) || this.layers.over(family).length > 0;
  }

  /** What is built on disks appears; it has no bus, and is whole. */
  addLayer(name: string, majorMinor: string, disk: Disk, layer: LayerOf): Device {
    const state = {
      isPresent: true,
      holder: undefined,
      staysUnmounted: undefined,
      isUncertain: false,
      isSetReadOnly: false,
      lostMountAt: undefined,
    };
    const place = {
      name,
      path: `/dev/${name}`,
      majorMinor,
      disk,
      volume: disk.whole,
      parent: undefined,
      partitions: [],
    };
    const device = { ...place, ...state, layer, diskSequence: this.#nextSequence, since: this.tick };
    this.#nextSequence += 1;
    this.devices.push(device);
    return device;
  }

  /** Takes a disk out of the machine, whatever uses it. */
  pull(disk: Disk): void {
    const gone = this.devicesOf(disk);
    for (const device of gone) device.isPresent = false;
    if (gone.length > 0) this.goneAt.set(disk, this.tick);
    this.layers.lose(gone);
    this.locks.delete(disk);
    for (const device of gone.toReversed()) this.udev.hear('remove', device);
  }

  resize(disk: Disk, sizeBytes: number): void {
    disk.whole.sizeBytes = sizeBytes;
    const whole = this.devicesOf(disk)[0];
    if (whole !== undefined) this.udev.hear('change', whole, { RESIZE: '1' });
  }

  addMount(mount: Omit<Mount, 'id' | 'since'>): Mount {
    const added = { ...mount, id: this.#nextMount, since: this.tick };
    this.#nextMount += 1;
    this.mounts.push(added);
    return added;
  }

  removeMount(mount: Mount): void {
    this.mounts = this.mounts.filter((other) => other !== mount);
    if (mount.by === 'agent') mount.device.lostMountAt = this.tick;
    this.layers.letGo(mount.device);
  }

  isBusy({ path }: Mount): boolean {
    const isBelow = (other: string) => other === path || other.startsWith(`${path}/`);
    return (
      this.programs.some((program) => isBelow(program.path)) ||
      this.mounts.some((other) => other.path.startsWith(`${path}/`))
    );
  }

  /** open(2) with O_EXCL: the kernel refuses while it or a part of it is mounted or built upon. */
  isClaimed(device: Device): boolean {
    const family = [device, ...device.partitions, ...(device.parent === undefined ? [] : [device.parent])];
    return (
      family.some((each) => each.holder !== undefined || this.mountsOf(each).length > 0) ||
      this.layers.over(family).length > 0
    );
  }

  /** @returns undefined if somebody else has a lock that does not go with it */
  lock(disk: Disk, lock: Omit<Lock, 'since'>): Lock | undefined {
    const held = this.locks.get(disk) ?? [];
    if (held.some((other) => other.isExclusive || lock.isExclusive)) return undefined;
    const taken = { ...lock, since: this.tick };
    this.locks.set(disk, [...held, taken]);
    return taken;
  }

  unlock(disk: Disk, lock: Lock): void {
    const held = this.locks.get(disk) ?? [];
    if (!held.includes(lock)) return;
    this.locks.set(
      disk,
      held.filter((other) => other !== lock),
    );
    this.udev.lookAgain(disk);
  }

  /** Whether the process has any lock of the disk. */
  isLockedBy(process: number, disk: Disk): boolean {
    return this.locks.get(disk)?.some((lock) => lock.process === process) ?? false;
  }

  isLockedByAgent(disk: Disk): boolean {
    return this.locks.get(disk)?.some(({ by }) => by === 'agent') ?? false;
  }

  exclusiveLock(disk: Disk): Lock | undefined {
    return this.locks.get(disk)?.find((lock) => lock.isExclusive);
  }

  // Power

  /** fsync(2) of a folder: what was done in it, and to it, is on its disk. */
  settle(folder: Folder): void {
    this.volatile = this.volatile.filter(({ inFolder }) => inFolder !== folder);
  }

  /**
   * Power fails, and comes back with all disks attached: what was in memory is gone, and of what was not on the disk yet any part.
   * @param isLost asked for each such change
   * @param order of the disks as the kernel finds them
   */
  cutPower(isLost: () => boolean, order: readonly Disk[]): void {
    for (const { undo } of this.volatile.toReversed()) if (isLost()) undo();
    this.volatile = [];
    const attached = order.filter((disk) => this.isAttached(disk));
    this.devices = [];
    this.mounts = [];
    this.locks.clear();
    this.programs = [];
    this.udev.forget();
    this.root.entries.set('run', folder());
    this.#nextSequence = 1;
    this.boots += 1;
    this.#boot();
    for (const disk of attached.filter((each) => each !== this.disks[0])) this.attach(disk);
  }

  #writeKeys(assemblies: readonly Assembly[]): void {
    const keys = this.makeFolder('/etc/gandi/keys');
    keys.mode = 0o700;
    for (const { kind, uuid, hasKey } of assemblies)
      if (kind === 'luks' && hasKey) keys.entries.set(uuid, file('key', 0o600));
  }

  /** The first disk holds the system: the kernel finds it first. */
  #boot(): void {
    const [system] = this.disks;
    if (system === undefined) return;
    const whole = this.attach(system);
    const [rootDevice] = whole?.partitions ?? [];
    const content = rootDevice?.volume.content;
    if (rootDevice === undefined || content?.kind !== 'file-system') return;
    this.addMount({ device: rootDevice, fileSystem: content.fileSystem, path: '/', options: 'rw', by: 'system' });
  }
}

/** The name of the agent's record of a device: an array has no number of its own (src/core/block-device/disk-sequence.ts). */
export function recordNameOf({ name, diskSequence, layer }: Device): string {
  return `${name}@${layer?.assembly.kind === 'md' ? 'unknown' : diskSequence}.json`;
}

/**
 * Two partitions: the system, and one with a file system that looks like a data disk's.
 * @param isData the platform attaches it as it does data disks
 */
export function systemDisk(isData: boolean): Disk {
  const content = { kind: 'table', labels: ['root', 'data'] } as const;
  return makeDisk({ bus: 'scsi', isData, readOnly: false, mebibytes: 64, content }, 0);
}

function rootOf(flags: string): Folder {
  const root = folder();
  for (const name of ['run', 'srv', 'mnt', 'opt', 'etc', 'var', 'proc', 'sys', 'dev']) root.entries.set(name, folder());
  const etc = root.entries.get('etc') as Folder;
  etc.entries.set('default', folder());
  (etc.entries.get('default') as Folder).entries.set('gandi', file(flags));
  const hooks = folder();
  for (const name of ['post-disk-attach', 'pre-disk-detach']) hooks.entries.set(name, file('#!/bin/sh\ntold\n', 0o755));
  const gandi = folder();
  gandi.entries.set('hooks', hooks);
  etc.entries.set('gandi', gandi);
  const lib = folder();
  (root.entries.get('var') as Folder).entries.set('lib', lib);
  return root;
}
