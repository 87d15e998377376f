import type { Disk } from './disk.ts';
import type { Device, Machine } from './machine.ts';
import { type Assembly, type LayerKind, type Member, usableBytes, innerBytes } from './stack.ts';

/** What makes a block device one that lies on others. */
export interface LayerOf {
  readonly assembly: Assembly;
  /** device-mapper keeps one that is gone, and md lets go of it. */
  slaves: Device[];
  /** undefined for an array. */
  readonly mapperName: string | undefined;
  readonly mapperUuid: string | undefined;
  /** Who opened it. */
  readonly by: 'agent' | 'admin';
  /** It goes with the last program that has it open. */
  isDeferred: boolean;
}

// Far from those of real disks: what is built on them has none of its own.
const firstIndex = 100;
const majors = { lvm: 253, luks: 253, md: 9 } as const;

/** The stacks of a machine: what is on its disks, and what of that is open. */
export class Layers {
  readonly assemblies: readonly Assembly[];
  readonly #machine: Machine;

  constructor(machine: Machine, assemblies: readonly Assembly[]) {
    this.#machine = machine;
    this.assemblies = assemblies;
  }

  /** The device of what is open; undefined where it is not. */
  deviceOf(assembly: Assembly): Device | undefined {
    return this.#all().find(({ layer }) => layer?.assembly === assembly);
  }

  /** The device on which a member is; undefined where that is not attached or not open. */
  bearerOf({ volume }: Member): Device | undefined {
    return this.#machine.devices.find((device) => device.isPresent && device.volume === volume);
  }

  /** Whether a copy of an assembly is open, which has its name. */
  isCopyOpen({ uuid }: Assembly): boolean {
    return this.#all().some(({ layer }) => layer?.assembly.uuid === uuid);
  }

  /** What lies on devices, however deep, the top first. */
  over(devices: readonly Device[]): Device[] {
    const direct = this.#all().filter(({ layer }) => layer?.slaves.some((slave) => devices.includes(slave)));
    return direct.length === 0 ? [] : [...new Set([...this.over(direct), ...direct])];
  }

  /** What a device lies on at the bottom, itself where it lies on nothing. */
  bottomsOf(device: Device): Device[] {
    return device.layer === undefined ? [device] : device.layer.slaves.flatMap((slave) => this.bottomsOf(slave));
  }

  /** Whether all that it lies on are data disks. An array has let go of a disk that was pulled, and nobody can tell whose that was. */
  isOnData(device: Device): boolean {
    return this.bottomsOf(device).every(({ disk }) => disk.isData && disk.index !== 0);
  }

  /** The disks that bear an assembly, attached or not. */
  disksOf({ members }: Assembly): Disk[] {
    return members.flatMap(({ volume }) => {
      const beneath = this.assemblies.find(({ inner }) => inner === volume);
      if (beneath !== undefined) return this.disksOf(beneath);
      return this.#machine.disks.filter(({ whole, partitions }) => whole === volume || partitions.includes(volume));
    });
  }

  /** The assembly of a device, and all that it lies on. */
  beneath(device: Device): Assembly[] {
    const { layer } = device;
    return layer === undefined ? [] : [layer.assembly, ...layer.slaves.flatMap((slave) => this.beneath(slave))];
  }

  /** All assemblies that a disk bears, the lowest first. */
  on(disk: Disk): Assembly[] {
    return this.assemblies.filter((assembly) => this.disksOf(assembly).includes(disk));
  }

  /** The disks that go together with a device: its own, and all that share an assembly with one of them. */
  togetherWith(device: Device): Disk[] {
    const found = new Set(this.bottomsOf(device).map(({ disk }) => disk));
    for (const disk of found)
      for (const assembly of this.on(disk)) for (const each of this.disksOf(assembly)) found.add(each);
    return [...found];
  }

  /** Whether it can be read: of a mirror one member is enough. */
  isWhole(device: Device): boolean {
    if (device.layer === undefined) return device.isPresent;
    const whole = device.layer.slaves.map((slave) => this.isWhole(slave));
    return device.layer.assembly.kind === 'md' ? whole.some(Boolean) : whole.every(Boolean);
  }

  /** Opens what of its members is there. */
  open(assembly: Assembly, by: LayerOf['by'], isReadOnly = false): Device {
    const slaves = assembly.members.flatMap((member) => this.bearerOf(member) ?? []);
    const name = this.#freeName(assembly.kind);
    const majorMinor = `${majors[assembly.kind]}:${/\d+$/.exec(name)?.[0]}`;
    const layer: LayerOf = { assembly, slaves, by, isDeferred: false, ...mappingOf(assembly) };
    const device = this.#machine.addLayer(name, majorMinor, this.#pseudoDisk(assembly, slaves, isReadOnly), layer);
    this.#machine.udev.hear('change', device, assembly.kind === 'md' ? {} : { DM_ACTIVATION: '1' });
    return device;
  }

  close(device: Device): void {
    device.isPresent = false;
    this.#machine.udev.hear('remove', device);
  }

  /** Whether its tool refuses to close it. */
  isInUse(device: Device): boolean {
    return this.#machine.mountsOf(device).length > 0 || this.over([device]).length > 0;
  }

  /** A disk is gone. */
  lose(gone: readonly Device[]): void {
    for (const { layer } of this.#all()) {
      if (layer?.assembly.kind === 'md') layer.slaves = layer.slaves.filter((slave) => !gone.includes(slave));
    }
  }

  /** The last who had it open closed it. */
  letGo(device: Device): void {
    if (device.layer?.isDeferred && device.isPresent && !this.isInUse(device)) this.close(device);
  }

  /** A layer uses all of its members from now on. */
  grow(assembly: Assembly): void {
    const before = assembly.inner.sizeBytes;
    assembly.inner.sizeBytes = Math.max(before, innerBytes(assembly));
    const device = this.deviceOf(assembly);
    if (device !== undefined && assembly.inner.sizeBytes > before)
      this.#machine.udev.hear('change', device, { RESIZE: '1' });
  }

  /** A member is used as far as what it lies on goes. */
  fill({ kind }: Assembly, member: Member): void {
    member.usedBytes = Math.max(member.usedBytes, usableBytes(kind, member.volume.sizeBytes));
  }

  #all(): Device[] {
    return this.#machine.devices.filter(({ isPresent, layer }) => isPresent && layer !== undefined);
  }

  #freeName(kind: LayerKind): string {
    const prefix = kind === 'md' ? 'md' : 'dm-';
    let number = 0;
    while (this.#all().some(({ name }) => name === `${prefix}${number}`)) number += 1;
    return `${prefix}${number}`;
  }

  /** As of a disk, by what is beneath: it is a data disk if all of those are. */
  #pseudoDisk(assembly: Assembly, slaves: readonly Device[], readOnly: boolean): Disk {
    const bottoms = slaves.flatMap((slave) => this.bottomsOf(slave)).map(({ disk }) => disk);
    const index = bottoms.some((disk) => disk.index === 0) ? 0 : firstIndex + this.assemblies.indexOf(assembly);
    const isData = bottoms.every((disk) => disk.isData);
    return { index, serial: '', bus: 'scsi', isData, readOnly, whole: assembly.inner, partitions: [] };
  }
}

/** libdevmapper's names: lib/misc of lvm2 and lib/libdevmapper.c of cryptsetup. */
function mappingOf({ kind, uuid, name }: Assembly): Pick<LayerOf, 'mapperName' | 'mapperUuid'> {
  const flat = uuid.replaceAll('-', '');
  if (kind === 'lvm') return { mapperName: `${name}-data`, mapperUuid: `LVM-${flat}${volumeUuidOf(uuid)}` };
  if (kind === 'luks') return { mapperName: `luks-${uuid}`, mapperUuid: `CRYPT-LUKS2-${flat}-luks-${uuid}` };
  return { mapperName: undefined, mapperUuid: undefined };
}

/** Of the one volume of a group, 32 characters. */
function volumeUuidOf(group: string): string {
  return `V${group.replaceAll('-', '').slice(1)}`;
}
