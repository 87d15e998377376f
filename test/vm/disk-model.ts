/** What a file system lies on. */
export type ModelLayer = 'disk' | 'luks' | 'lvm';

/** A data disk as the platform has it; its file system's UUID stays, its label may change while it is detached. */
export interface ModelDisk {
  readonly uuid: string;
  readonly on: ModelLayer;
  label: string;
  /** In MiB. */
  size: number;
  isAttached: boolean;
}

/**
 * Where each disk should be mounted, told in another way than the agent's own: a disk keeps the name it had last, as
 * long as its label fits; else it gets the first of `label`, `label_2`, `label_3` … that no other attached disk has.
 */
export class DiskModel {
  readonly disks: readonly ModelDisk[];
  readonly #names = new Map<string, string>();

  constructor(disks: readonly ModelDisk[]) {
    this.disks = disks;
  }

  attach(disk: ModelDisk): void {
    const others = this.disks.filter((other) => other !== disk && other.isAttached);
    const taken = new Set(others.map((other) => this.#names.get(other.uuid)));
    const candidates = [disk.label, ...Array.from({ length: 9 }, (_, index) => `${disk.label}_${index + 2}`)];
    const last = this.#names.get(disk.uuid);
    const kept = last !== undefined && candidates.includes(last) && !taken.has(last) ? last : undefined;
    const name = kept ?? candidates.find((candidate) => !taken.has(candidate)) ?? '';
    this.#names.set(disk.uuid, name);
    disk.isAttached = true;
  }

  /** The folder's name and the size in MiB of each disk that should be mounted. */
  mounted(): ReadonlyMap<string, number> {
    const attached = this.disks.filter((disk) => disk.isAttached);
    return new Map(attached.map((disk) => [this.#names.get(disk.uuid) ?? '', usable(disk)]));
  }
}

const luksHeader = 16;
const lvmHeader = 1;
const lvmExtent = 4;

/** How many MiB of a disk are its file system's: cryptsetup-luksFormat(8), lvm.conf(5) and vgcreate(8) have the figures. */
function usable({ on, size }: ModelDisk): number {
  if (on === 'luks') return size - luksHeader;
  return on === 'lvm' ? Math.floor((size - lvmHeader) / lvmExtent) * lvmExtent : size;
}
