import { type Content, type Disk, makeFileSystem, MIB, type Volume } from './disk.ts';

export type LayerKind = 'luks' | 'lvm' | 'md';

/** What is built on disks, the lowest layer first. Each layer but the lowest lies on the one before. */
export interface StackSpec {
  readonly layers: readonly LayerKind[];
  /** Indexes of the disks that bear the lowest. */
  readonly disks: readonly number[];
  readonly label: string;
  /** /etc/gandi/keys has the keys of its containers. */
  readonly hasKey: boolean;
  /** Number of the partition of each disk that bears it; 0 or none for whole disks. */
  readonly part?: number;
  /** The stack, counted from 1, of which it is a copy to the last byte; of a container only. */
  readonly copyOf?: number;
}

/** A volume group with one volume, a LUKS container or a mirror, whether it is open or not. */
export interface Assembly {
  readonly kind: LayerKind;
  /** `6-4-4-4-4-4-6` of LVM, eight digits four times of md, a UUID of LUKS. */
  readonly uuid: string;
  readonly name: string;
  readonly hasKey: boolean;
  readonly members: readonly Member[];
  /** What is there once it is open. */
  readonly inner: Volume;
  /** Somebody closed it or had it detached: nothing but a wish or a new attachment may open it. Since when. */
  staysClosed: number | undefined;
  /** Whether it is to be open nobody can say. */
  isUncertain: boolean;
}

export interface Member {
  readonly volume: Volume;
  readonly uuid: string;
  /** What of the volume the layer uses, without its own description of `headerBytes`. */
  usedBytes: number;
}

/** What each kind of layer keeps for itself at the beginning of a member. */
export const headerBytes = MIB;
const extentBytes = 4 * MIB;

/** Writes a stack on its disks. @returns its layers, the lowest first */
export function buildStack(spec: StackSpec, disks: readonly Disk[], index: number): Assembly[] {
  const built: Assembly[] = [];
  const { part = 0, copyOf = index } = spec;
  let volumes = spec.disks.flatMap(
    (each) => (part === 0 ? disks[each]?.whole : disks[each]?.partitions[part - 1]) ?? [],
  );
  for (const [depth, kind] of spec.layers.entries()) {
    const assembly = assemblyOf(kind, volumes, `${copyOf}${depth}`, spec.hasKey);
    for (const volume of volumes) volume.content = { kind: 'member', assembly };
    built.push(assembly);
    volumes = [assembly.inner];
  }
  const [top] = volumes;
  if (top !== undefined) top.content = fileSystemOf(top, spec.label, copyOf);
  return built;
}

/** How much a member of a layer can use of what it lies on. */
export function usableBytes(kind: LayerKind, sizeBytes: number): number {
  const rest = sizeBytes - headerBytes;
  return kind === 'lvm' ? Math.floor(rest / extentBytes) * extentBytes : rest;
}

/** How large the layer is by what its members use. */
export function innerBytes({ kind, members }: Pick<Assembly, 'kind' | 'members'>): number {
  const used = members.map(({ usedBytes }) => usedBytes);
  return kind === 'lvm' ? used.reduce((sum, bytes) => sum + bytes, 0) : Math.min(...used);
}

/** `6-4-4-4-4-4-6`, as lvm(8) writes what device-mapper has without hyphens. */
export function hyphenated(flat: string): string {
  return flat.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, '$1-$2-$3-$4-$5-$6-$7');
}

function assemblyOf(kind: LayerKind, volumes: readonly Volume[], id: string, hasKey: boolean): Assembly {
  const members = volumes.map((volume, at) => {
    const uuid = kind === 'lvm' ? hyphenated(`P${at}${id}`.padEnd(32, 'p')) : uuidOf(kind, id);
    return { volume, uuid, usedBytes: usableBytes(kind, volume.sizeBytes) };
  });
  const inner: Volume = { content: { kind: 'blank' }, sizeBytes: innerBytes({ kind, members }), number: null };
  const state = { staysClosed: undefined, isUncertain: false };
  return { kind, uuid: uuidOf(kind, id), name: `group${id}`, hasKey, members, inner, ...state };
}

function uuidOf(kind: LayerKind, id: string): string {
  if (kind === 'lvm') return hyphenated(`G${id}`.padEnd(32, 'g'));
  if (kind === 'md') return `00000000:00000000:00000000:${id.padStart(8, '0')}`;
  return `10000000-0000-4000-8000-${id.padStart(12, '0')}`;
}

function fileSystemOf({ sizeBytes }: Volume, label: string, index: number): Content {
  const uuid = `20000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return { kind: 'file-system', fileSystem: makeFileSystem('ext4', label, uuid, sizeBytes) };
}
