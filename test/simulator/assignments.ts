import { type Content, type Disk, wwnOf } from './disk.ts';
import { file } from './file-tree.ts';
import type { Device, Machine } from './machine.ts';

const folderOfFiles = '/etc/gandi/disks.d';

/** What an admin says of one disk in a file below /etc/gandi/disks.d. */
export interface AssignmentSpec {
  readonly disk: number;
  readonly by: 'SERIAL' | 'WWN' | 'UUID' | 'LABEL';
  readonly path: string;
  readonly isReadOnly: boolean;
  /** A line of it cannot be understood. */
  readonly isMistaken: boolean;
}

/** Such a file, from when to when it was there. */
export interface AssignmentFile extends AssignmentSpec {
  readonly slot: number;
  /** Of its selector. */
  readonly value: string;
  readonly since: number;
  /** undefined while it is there. */
  until: number | undefined;
}

/** The files below /etc/gandi/disks.d, with those that were there before. */
export class Assignments {
  readonly #machine: Machine;
  readonly ever: AssignmentFile[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get current(): AssignmentFile[] {
    return this.ever.filter(({ until }) => until === undefined);
  }

  /** Writes the file of a slot, in the place of the one that was there. Nothing happens for a disk that has no such name. */
  assign(slot: number, spec: AssignmentSpec): void {
    const disk = this.#machine.disks[spec.disk];
    if (disk === undefined) return;
    const stack = this.#machine.layers.on(disk).at(-1);
    if (disk.partitions.length > 0 && stack === undefined) return;
    const value = nameOfDisk(spec.by, disk, (stack?.inner ?? disk.whole).content);
    if (value === undefined || value === '') return;
    this.unassign(slot);
    this.ever.push({ ...spec, slot, value, since: this.#machine.tick, until: undefined });
    const lines = [
      `${spec.by}=${value}`,
      `PATH=${spec.path}`,
      ...(spec.isReadOnly ? ['READ_ONLY=yes'] : []),
      ...(spec.isMistaken ? ['OPTION=noatime'] : []),
    ];
    this.#machine.makeFolder(folderOfFiles).entries.set(nameOf(slot), file(`${lines.join('\n')}\n`));
  }

  unassign(slot: number): void {
    this.#machine.makeFolder(folderOfFiles).entries.delete(nameOf(slot));
    for (const old of this.current) if (old.slot === slot) old.until = this.#machine.tick;
  }

  /** Those that mean a device, or may mean it, by what is true of it now; of an array also by a disk that was pulled. */
  meaning(device: Device): AssignmentFile[] {
    const { layers } = this.#machine;
    const disks = layers.beneath(device).flatMap((assembly) => layers.disksOf(assembly));
    return this.ever.filter((each) => this.means(each, device) || this.namesOneOf(each, disks));
  }

  /** By the platform's words on each disk beneath it, or by what lies on it. */
  means({ by, value }: AssignmentFile, device: Device): boolean {
    const disks = this.#machine.layers.bottomsOf(device).map(({ disk }) => disk);
    if (by === 'SERIAL' || by === 'WWN') return disks.some((disk) => nameOfDisk(by, disk) === value);
    return nameOfDisk(by, device.disk, device.volume.content) === value;
  }

  /** Whether a file names one of the disks themselves, whatever lies on them. */
  namesOneOf({ by, value }: AssignmentFile, disks: readonly Disk[]): boolean {
    return disks.some((disk) => nameOfDisk(by, disk) === value);
  }

  /** Whether a folder is that of an assignment, or leads to one, now or before. */
  leadsTo(path: string): boolean {
    return this.ever.some((each) => isAtOrBelow(each.path, path));
  }
}

/** @param content what lies on it; where that is not given, only the platform's words count */
function nameOfDisk(by: AssignmentSpec['by'], disk: Disk, content?: Content): string | undefined {
  if (by === 'SERIAL') return disk.serial;
  if (by === 'WWN') return wwnOf(disk);
  if (content?.kind !== 'file-system') return undefined;
  return by === 'UUID' ? content.fileSystem.uuid : content.fileSystem.label;
}

export function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function nameOf(slot: number): string {
  return `a${slot}.conf`;
}
