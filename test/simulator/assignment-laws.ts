import { type AssignmentFile, isAtOrBelow, means } from './assignments.ts';
import type { Folder } from './file-tree.ts';
import type { Device, Machine } from './machine.ts';

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
  mounts(device: Device, path: string, options: readonly string[], decided: number): void {
    const breaks = (law: string) => this.#machine.violate(`assignment: ${law}`, `${device.name} at ${path}`);
    const own = this.#known(decided).filter((each) => means(each, device));
    if (own.some(({ isMistaken }) => isMistaken)) breaks('a file that means it has a mistake');
    if (own.length > 1) breaks('two files mean it');
    const [only] = own;
    if (only === undefined) return;
    if (only.path !== path) breaks('not where it is assigned to');
    const others = this.#known(decided).filter((each) => each !== only && !each.isMistaken);
    if (others.some((other) => other.path === path)) breaks('another file has its path');
    if (others.some((other) => other.path !== path && isAtOrBelow(path, other.path))) breaks('its path is in another');
    if (this.#rivalsOf(device, only, decided).length > 0) breaks('its file means another disk too');
    if (only.isReadOnly && !(options.includes('ro') && device.isSetReadOnly)) breaks('it may be written to');
  }

  /** Whether it may be there by a file that is there, or was when the agent looked. */
  mayBeAt(device: Device, path: string, decided: number): boolean {
    const isOfThen = ({ until }: AssignmentFile) => until === undefined || until > decided;
    return this.#machine.assignments.meaning(device).some((each) => each.path === path && isOfThen(each));
  }

  /** A tool that writes to the disk itself. */
  writes(device: Device, decided: number): void {
    const own = this.#known(decided).filter((each) => means(each, device));
    if (own.some(({ isReadOnly }) => isReadOnly))
      this.#machine.violate('assignment: wrote to what must not change', device.name);
  }

  /** @param late when the agent may have looked at the earliest */
  setsReadOnly(device: Device, isReadOnly: boolean, late: number): void {
    const own = this.#machine.assignments.meaning(device);
    const isAsked = own.some((each) => each.isReadOnly && (each.until === undefined || each.until > late));
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
  #rivalsOf(device: Device, own: AssignmentFile, decided: number): Device[] {
    const isSeen = ({ since, isPresent }: Device) => isPresent && since < decided - this.#toleratedTouches;
    const isData = ({ disk, volume, layer }: Device) =>
      disk.isData && layer === undefined && volume.content.kind === 'file-system';
    return this.#machine.devices.filter(
      (other) => other !== device && isSeen(other) && isData(other) && means(own, other),
    );
  }

  /** By files that the agent must have read. */
  #known(decided: number): AssignmentFile[] {
    return this.#machine.assignments.current.filter(({ since }) => since < decided - this.#toleratedTouches);
  }
}
