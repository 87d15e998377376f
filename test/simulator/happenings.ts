import { type Content, type Disk, makeFileSystem, MIB } from './disk.ts';
import { file, folder } from './file-tree.ts';
import type { Happening } from './history.ts';
import { type Device, type Machine, recordNameOf } from './machine.ts';
import type { World } from './agent-process.ts';

/** A customer's file: what must never be lost. */
export interface Treasure {
  readonly where: string;
  readonly content: string;
  readonly isThere: () => boolean;
}

/** What the platform, the admin and fate may do; each does nothing where it is not possible. */
export class Happenings {
  readonly #world: World;
  readonly treasures: Treasure[] = [];
  #next = 1;

  constructor(world: World) {
    this.#world = world;
  }

  /** @returns false for what the one who runs the agent has to do */
  let(what: Happening): boolean {
    const { machine } = this.#world;
    if ('disk' in what && 'part' in what) return this.#letPart(what);
    if ('disk' in what) return this.#letDisk(what, machine.disks[what.disk]);
    if ('name' in what) return this.#letFolder(what);
    if (what.do === 'deliver') machine.udev.deliverNext(what.next);
    else if (what.do === 'replay') machine.udev.reportAll();
    else if (what.do === 'fault') this.#world.faults.push({ ...what.fault });
    else if (what.do === 'recover') this.recover();
    else if (what.do === 'clear-fstab') machine.fstab = [];
    else if (what.do === 'assign') machine.assignments.assign(what.slot, { ...what, disk: what.of });
    else if (what.do === 'unassign') machine.assignments.unassign(what.slot);
    else return false;
    return true;
  }

  /** Nothing is wrong any more: tools end, files can be written. */
  recover(): void {
    this.#world.faults = [];
    const { hanging } = this.#world;
    this.#world.hanging = [];
    for (const goOn of hanging) goOn();
  }

  /** The treasures that are lost. */
  lost(): Treasure[] {
    return this.treasures.filter(({ isThere }) => !isThere());
  }

  #letDisk(what: Happening & { readonly disk: number }, disk: Disk | undefined): boolean {
    const { machine } = this.#world;
    if (disk === undefined) return true;
    const [whole] = machine.devicesOf(disk);
    const isFree = whole !== undefined && !machine.isClaimed(whole) && !machine.isLockedByAgent(disk);
    switch (what.do) {
      case 'attach':
        machine.attach(disk);
        break;
      case 'pull':
        machine.pull(disk);
        break;
      case 'flicker':
        machine.attach(disk);
        machine.udev.deliverNext(machine.devicesOf(disk).map(() => ({ kind: 'late', scenes: what.scenes })));
        machine.pull(disk);
        machine.attach(disk);
        break;
      case 'resize':
        machine.resize(disk, disk.whole.sizeBytes + what.mebibytes * MIB);
        break;
      case 'build-on':
        if (isFree && disk.partitions.length === 0) this.#buildOn(whole, false);
        break;
      case 'map':
        if (isFree && disk.partitions.length === 0) this.#buildOn(whole, true);
        break;
      case 'take-down':
        if (whole !== undefined) whole.holder = undefined;
        break;
      case 'wipe':
        if (isFree && disk.partitions.length === 0) this.#write(whole, { kind: 'blank' });
        break;
      case 'format':
        if (isFree && disk.partitions.length === 0) this.#format(whole, what.type, what.label);
        break;
      case 'open-stack':
        this.#openStack(disk);
        break;
      case 'close-stack':
        this.#closeStack(disk);
        break;
      case 'lock':
        if (whole !== undefined) machine.lock(disk, { by: 'admin', process: 0, isExclusive: true });
        break;
      case 'unlock':
        for (const lock of machine.locks.get(disk) ?? []) if (lock.by === 'admin') machine.unlock(disk, lock);
        break;
      default:
        return false;
    }
    return true;
  }

  #letPart(what: Happening & { readonly disk: number; readonly part: number }): boolean {
    const { machine } = this.#world;
    const disk = machine.disks[what.disk] as Disk;
    const own = machine.devicesOf(disk);
    const device = [...own, ...machine.layers.over(own)][what.part];
    if (what.do === 'claim') this.#claim(disk, what.part, what.by);
    if (what.do === 'relabel' && !(what.isAway && device !== undefined)) this.#relabel(disk, what.part, what.label);
    if (device === undefined || what.do === 'claim' || what.do === 'relabel') return true;
    const { content } = device.volume;
    switch (what.do) {
      case 'mount':
        if (content.kind === 'file-system' && device.holder === undefined) this.#mount(device);
        break;
      case 'unmount':
        this.#unmount(device);
        break;
      case 'open':
        for (const { path } of machine.mountsOf(device)) machine.programs.push({ pid: 500 + this.#next++, path });
        break;
      case 'close':
        machine.programs = machine.programs.filter(({ path }) => machine.mountAt(path)?.device !== device);
        break;
      case 'write':
        if (content.kind === 'file-system' && machine.mountsOf(device).length > 0 && device.isPresent)
          this.#treasureOn(content, device);
        break;
      default:
        return false;
    }
    return true;
  }

  #letFolder(what: Happening & { readonly name: string }): boolean {
    const { machine } = this.#world;
    const path = what.name.startsWith('/') ? what.name : `/srv/${what.name}`;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const parent = machine.nodeAt(path.slice(0, path.lastIndexOf('/')));
    const node = machine.nodeAt(path);
    if (parent?.type !== 'directory' || parent.isImmutable) return true;
    if (what.do === 'make-folder' && node === undefined) {
      const made = folder('others', what.isOfOthers ? 0o777 : 0o755);
      if (what.isOfOthers) made.uid = 1000;
      parent.entries.set(name, made);
      this.#world.laws.madeAt.set(path, machine.tick);
    } else if (node?.type !== 'directory' || node.isImmutable || machine.mountAt(path) !== undefined) return true;
    else if (what.do === 'put-file') {
      const content = `treasure ${this.#next++}`;
      node.entries.set(content, file(content));
      // A program that needs a file has it on the disk: fsync(2) on ext4 writes the journal, and with it the folder that was made for it.
      machine.settle(node);
      machine.settle(parent);
      const isThere = () => node.entries.has(content) && parent.entries.get(name) === node;
      this.treasures.push({ where: path, content, isThere });
      this.#world.laws.filledAt.set(path, Math.min(machine.tick, this.#world.laws.filledAt.get(path) ?? machine.tick));
    } else if (what.do === 'remove-folder' && node.entries.size === 0) parent.entries.delete(name);
    return true;
  }

  /** LVM writes its own mark; a map of dm-multipath or bcache leaves what is there. */
  #buildOn(device: Device, keepsContent: boolean): void {
    if (!keepsContent) this.#write(device, { kind: 'signature', type: 'LVM2_member', usage: 'raid' });
    device.holder = { name: 'dm-0', since: this.#world.machine.tick };
  }

  /** vgchange, cryptsetup open and mdadm by hand: the lowest that is closed, where all of it is there. */
  #openStack(disk: Disk): void {
    const { layers } = this.#world.machine;
    for (const assembly of layers.on(disk)) {
      const bearers = assembly.members.map((member) => layers.bearerOf(member));
      if (layers.deviceOf(assembly) !== undefined) continue;
      if (layers.isCopyOpen(assembly)) return;
      const isUsable = (each: Device | undefined) =>
        each !== undefined && layers.isWhole(each) && !layers.isInUse(each);
      if (!bearers.every(isUsable)) return;
      layers.open(assembly, 'admin');
      assembly.isUncertain = true;
    }
  }

  /** All of it that is not in use, the top first. */
  #closeStack(disk: Disk): void {
    const { machine } = this.#world;
    for (const device of machine.layers.over(machine.devicesOf(disk))) {
      if (machine.layers.isInUse(device) || device.layer === undefined) return;
      // Of what the agent has never seen open nobody can tell it.
      const isOnRecord = machine.nodeAt(`/run/gandi/disks/${recordNameOf(device)}`) !== undefined;
      if (isOnRecord) device.layer.assembly.staysClosed = machine.tick;
      machine.layers.close(device);
    }
  }

  #format(device: Device, type: string, label: string): void {
    const uuid = `made-by-admin-${this.#next++}`;
    this.#write(device, {
      kind: 'file-system',
      fileSystem: makeFileSystem(type, label, uuid, device.volume.sizeBytes),
    });
  }

  /** What was on it is lost, and the admin wanted it so. */
  #write(device: Device, content: Content): void {
    const old = device.volume.content;
    if (old.kind === 'file-system') {
      old.fileSystem.top.entries.clear();
      device.volume.uuidBefore = old.fileSystem.uuid;
    }
    this.treasures.splice(0, this.treasures.length, ...this.treasures.filter(({ isThere }) => isThere()));
    device.volume.content = content;
    this.#world.machine.udev.seeWritten(device);
  }

  #mount(device: Device): void {
    const { machine } = this.#world;
    const { content } = device.volume;
    if (content.kind !== 'file-system') return;
    const path = `/mnt/${device.disk.index}-${device.volume.number ?? 0}`;
    machine.makeFolder(path);
    if (machine.mountAt(path) === undefined) {
      machine.addMount({ device, fileSystem: content.fileSystem, path, options: 'rw', by: 'admin' });
    }
  }

  #unmount(device: Device): void {
    const { machine } = this.#world;
    const mount = machine.mountsOf(device).at(-1);
    if (mount === undefined || machine.isBusy(mount) || machine.mountAt(mount.path) !== mount) return;
    machine.removeMount(mount);
    if (mount.by === 'agent' && isSettled(machine, device)) device.staysUnmounted = machine.tick;
    else device.isUncertain = true;
  }

  #relabel(disk: Disk, part: number, label: string): void {
    const content = [disk.whole, ...disk.partitions][part]?.content;
    if (content?.kind !== 'file-system') return;
    content.fileSystem.label = label;
    const device = this.#world.machine.devicesOf(disk)[part];
    if (device !== undefined) this.#world.machine.udev.seeWritten(device);
  }

  /** fstab may name a disk that is not attached yet. */
  #claim(disk: Disk, part: number, by: string): void {
    const { machine } = this.#world;
    const volume = [disk.whole, ...disk.partitions][part];
    if (volume === undefined) return;
    const { content, number } = volume;
    const suffix = number === null ? '' : `-part${number}`;
    const fileSystem = content.kind === 'file-system' ? content.fileSystem : undefined;
    const specs: Readonly<Record<string, string | undefined>> = {
      UUID: fileSystem && `UUID=${fileSystem.uuid}`,
      LABEL: fileSystem?.label ? `LABEL=${fileSystem.label}` : undefined,
      path: machine.devicesOf(disk)[part]?.path,
      'by-id': `/dev/disk/by-id/scsi-${disk.serial}${suffix}`,
      ID: `ID=scsi-${disk.serial}${suffix}`,
    };
    const spec = specs[by];
    if (spec !== undefined) machine.fstab.push({ text: `${spec} /mnt/claimed auto defaults 0 0`, since: machine.tick });
  }

  #treasureOn(content: Content & { kind: 'file-system' }, device: Device): void {
    const name = `treasure ${this.#next++}`;
    const { top } = content.fileSystem;
    top.entries.set(name, file(name));
    const isThere = () => device.volume.content === content && top.entries.has(name);
    this.treasures.push({ where: device.path, content: name, isThere });
  }
}

/** Whether the agent has written down that it is done with mounting it. */
export function isSettled(machine: Machine, { name, diskSequence }: Device): boolean {
  const record = machine.nodeAt(`/run/gandi/disks/${name}@${diskSequence}.json`);
  if (record?.type !== 'file') return false;
  const { isBeingMounted, mountPoint } = JSON.parse(record.content);
  return isBeingMounted === false && mountPoint !== null;
}
