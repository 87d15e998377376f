import { file } from './file-tree.ts';
import type { Device, Machine } from './machine.ts';

const folderOfFiles = '/etc/gandi/disks.d';

/** What an admin says of one disk in a file below /etc/gandi/disks.d. */
export interface AssignmentSpec {
  readonly disk: number;
  readonly by: 'SERIAL' | 'UUID';
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
    if (disk === undefined || disk.partitions.length > 0) return;
    const { content } = disk.whole;
    const uuid = content.kind === 'file-system' ? content.fileSystem.uuid : undefined;
    const value = spec.by === 'SERIAL' ? disk.serial : uuid;
    if (value === undefined) return;
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

  /** Those that mean a device, or may mean it, by what is true of it now. */
  meaning(device: Device): AssignmentFile[] {
    return this.ever.filter((each) => means(each, device));
  }

  /** Whether a folder is that of an assignment, or leads to one, now or before. */
  leadsTo(path: string): boolean {
    return this.ever.some((each) => isAtOrBelow(each.path, path));
  }
}

export function means({ by, value }: AssignmentFile, { disk, volume: { content } }: Device): boolean {
  if (by === 'SERIAL') return disk.serial === value;
  return content.kind === 'file-system' && content.fileSystem.uuid === value;
}

export function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function nameOf(slot: number): string {
  return `a${slot}.conf`;
}
