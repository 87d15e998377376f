import { type AssignmentFile, isAtOrBelow } from './assignments.ts';
import type { Folder } from './file-tree.ts';
import type { Actor } from './laws.ts';
import type { Device, Machine } from './machine.ts';
import type { Assembly } from './stack.ts';

/** Without these the kernel replays the journal of a file system that is mounted read-only: ext4(5), xfs(5), btrfs(5). */
const withoutReplay: Readonly<Record<string, string>> = {
  ext3: 'noload',
  ext4: 'noload',
  xfs: 'norecovery',
  btrfs: 'rescue=nologreplay',
};

/**
 * What must never happen to a disk that an admin assigned to a path, and to that path: docs/decisions/disk-assignment.md, told in
 * other words than the agent's own.
 */
export class AssignmentLaws {
  readonly #machine: Machine;
  readonly #toleratedTouches: number;

  /** @param toleratedTouches what became true so few touches ago is not held against the agent */
  constructor(machine: Machine, toleratedTouches: number) {
    this.#machine = machine;
    this.#toleratedTouches = toleratedTouches;
  }

  /** @param decided when the agent may have looked at the earliest */
  mounts(device: Device, path: string, options: readonly string[], decided: number, actor: Actor): void {
    const breaks = (law: string) => this.#machine.violate(`assignment: ${law}`, `${device.name} at ${path}`);
    const own = this.#ownOf(device, decided);
    const isUnchanged = options.includes('ro') && device.isSetReadOnly && this.#isWithoutReplay(device, options);
    if (this.isCopy(device, actor)) {
      if (!isUnchanged) breaks('a copy may be written to');
      const isGiven = (each: AssignmentFile) => each.path === path && !this.#isOfPlatform(each);
      if (this.#machine.assignments.current.some(isGiven)) breaks('a copy has the path of its original');
    }
    if (own.some(({ isMistaken }) => isMistaken)) breaks('a file that means it has a mistake');
    if (own.length > 1) breaks('two files mean it');
    const [only] = own;
    if (only === undefined) return;
    if (only.path !== path) breaks('not where it is assigned to');
    const others = this.#known(decided).filter((each) => each !== only && !each.isMistaken);
    if (others.some((other) => other.path === path)) breaks('another file has its path');
    if (others.some((other) => other.path !== path && isAtOrBelow(path, other.path))) breaks('its path is in another');
    if (this.#rivalsOf(device, only, decided, actor).length > 0) breaks('its file means another disk too');
    if (!only.isReadOnly) return;
    if (!isUnchanged) breaks('it may be written to');
    const isOnArray = this.#machine.layers.beneath(device).some(({ kind }) => kind === 'md');
    if (isOnArray) breaks('the array beneath it writes to what must not change');
  }

  /** Whether it may be there by a file that is there, or was when the agent looked. */
  mayBeAt(device: Device, path: string, decided: number): boolean {
    const isOfThen = ({ until }: AssignmentFile) => until === undefined || until > decided;
    return this.#machine.assignments.meaning(device).some((each) => each.path === path && isOfThen(each));
  }

  /** A tool that writes to the disk itself. */
  writes(device: Device, decided: number): void {
    if (this.#ownOf(device, decided).some(({ isReadOnly }) => isReadOnly))
      this.#machine.violate('assignment: wrote to what must not change', device.name);
  }

  /** What is built on disks is put together or opened. @param isForReading it is opened so that nothing is written */
  opens(assembly: Assembly, isForReading: boolean, decided: number): void {
    const { assignments, layers } = this.#machine;
    const disks = layers.disksOf(assembly);
    const own = this.#known(decided).filter((each) => assignments.namesOneOf(each, disks));
    const breaks = (law: string) => this.#machine.violate(`assignment: ${law}`, `${assembly.kind} ${assembly.name}`);
    if (own.some(({ isMistaken }) => isMistaken))
      breaks('opened, though a file that may mean a disk of it has a mistake');
    if (!isForReading && own.some(({ isReadOnly }) => isReadOnly)) breaks('opened for writing what must not change');
  }

  /** A layer uses more of its disks, which writes to all of them. */
  growsLayer(device: Device, decided: number): void {
    const lying = [device, ...this.#machine.layers.over([device])];
    const own = lying.flatMap((each) => this.#ownOf(each, decided));
    if (own.some(({ isReadOnly }) => isReadOnly))
      this.#machine.violate('assignment: grew beneath what must not change', device.name);
  }

  /**
   * Whether a disk is a copy of one that the agent knows by the serial of the platform, and is to be mounted beside it
   * (CONFIG_SNAPSHOTS).
   */
  isCopy({ disk, volume: { content } }: Device, { flags }: Pick<Actor, 'flags'>): boolean {
    if (flags.CONFIG_SNAPSHOTS !== '1' || content.kind !== 'file-system') return false;
    const known = this.#machine.nodeAt(`/var/lib/gandi/disk-names/${content.fileSystem.uuid}`);
    const [, details = ''] = known?.type === 'file' ? known.content.split('\n') : [];
    if (details === '') return false;
    const { serial } = JSON.parse(details);
    return serial !== null && serial !== disk.serial;
  }

  /** @param late when the agent may have looked at the earliest */
  setsReadOnly(device: Device, isReadOnly: boolean, late: number, actor: Actor): void {
    const own = this.#machine.assignments.meaning(device);
    const isAsked =
      this.isCopy(device, actor) ||
      own.some((each) => each.isReadOnly && (each.until === undefined || each.until > late));
    if (isReadOnly && !isAsked)
      this.#machine.violate('assignment: made read-only, and no file asks for it', device.name);
    const isForbidden = own.some((each) => each.isReadOnly && each.until === undefined && each.since < late);
    if (!isReadOnly && isForbidden)
      this.#machine.violate('assignment: made writable, and a file forbids it', device.name);
  }

  /** chattr(1) +i and -i. @param folder what it was given */
  protects(path: string, folder: Folder): void {
    const breaks = (law: string) => this.#machine.violate(`assignment: ${law}`, path);
    if (!this.#machine.assignments.ever.some((each) => each.path === path)) breaks('protected what no file names');
    if (this.#machine.mounts.some(({ fileSystem }) => fileSystem.top === folder)) breaks('protected the top of a disk');
  }

  /** Other data disks with a file system that the agent must have seen. */
  #rivalsOf(device: Device, own: AssignmentFile, decided: number, { flags }: Actor): Device[] {
    const { assignments, layers } = this.#machine;
    const isSeen = ({ since, isPresent }: Device) => isPresent && since < decided - this.#toleratedTouches;
    const isData = ({ disk, volume }: Device) => disk.isData && volume.content.kind === 'file-system';
    const isOurs = (other: Device) =>
      other.layer === undefined ||
      (layers.isWhole(other) && layers.beneath(other).every(({ kind }) => flags.CONFIG_LAYERS?.includes(kind)));
    return this.#machine.devices.filter(
      (other) => other !== device && isSeen(other) && isData(other) && isOurs(other) && assignments.means(own, other),
    );
  }

  #isWithoutReplay({ volume: { content } }: Device, options: readonly string[]): boolean {
    const option = content.kind === 'file-system' ? withoutReplay[content.fileSystem.type] : undefined;
    return option === undefined || options.includes(option);
  }

  #isOfPlatform({ by }: AssignmentFile): boolean {
    return by === 'SERIAL' || by === 'WWN';
  }

  #ownOf(device: Device, decided: number): AssignmentFile[] {
    return this.#known(decided).filter((each) => this.#machine.assignments.means(each, device));
  }

  /** By files that the agent must have read. */
  #known(decided: number): AssignmentFile[] {
    return this.#machine.assignments.current.filter(({ since }) => since < decided - this.#toleratedTouches);
  }
}
