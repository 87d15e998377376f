import { type Folder, folder } from './file-tree.ts';
import type { Assembly } from './stack.ts';

export const MIB = 2 ** 20;

export interface FileSystem {
  readonly type: string;
  readonly uuid: string;
  label: string;
  sizeBytes: number;
  readonly top: Folder;
}

/** What lies on a whole disk or a partition. */
export type Content =
  | { readonly kind: 'blank' }
  /** No signature that anybody knows, and not zero: a database on the raw device. */
  | { readonly kind: 'bytes' }
  /** What is not a file system: a part of LVM, LUKS. */
  | { readonly kind: 'signature'; readonly type: string; readonly usage: string }
  /** Two signatures that contradict each other. */
  | { readonly kind: 'ambivalent' }
  | { readonly kind: 'file-system'; readonly fileSystem: FileSystem }
  | { readonly kind: 'table' }
  /** A physical volume, a LUKS container, a member of an array. */
  | { readonly kind: 'member'; readonly assembly: Assembly };

/** A place for content: a whole disk, or a partition of one. */
export interface Volume {
  content: Content;
  /** UUID of the file system over which the admin wrote last: an event of before may be answered after it. */
  uuidBefore?: string;
  sizeBytes: number;
  /** null for a whole disk. */
  readonly number: number | null;
}

/** A disk as the platform has it, attached or not. */
export interface Disk {
  readonly index: number;
  readonly serial: string;
  readonly bus: 'scsi' | 'xen';
  /** Whether the rules mark it: of the vendor `gandi.ne`, or of Xen. */
  readonly isData: boolean;
  readonly readOnly: boolean;
  /** One path of a multipath disk, as multipath's own rules mark it. */
  readonly isPath?: boolean;
  readonly whole: Volume;
  readonly partitions: readonly Volume[];
}

export interface DiskSpec {
  readonly bus: 'scsi' | 'xen';
  readonly isData: boolean;
  readonly readOnly: boolean;
  readonly mebibytes: number;
  readonly isPath?: boolean;
  readonly content: ContentSpec;
}

export type ContentSpec =
  | { readonly kind: 'blank' | 'bytes' | 'lvm' | 'luks' | 'ambivalent' }
  /** `cloneOf`: the index of the disk whose UUID it has. */
  | { readonly kind: 'file-system'; readonly type: string; readonly label: string; readonly cloneOf: number | null }
  | { readonly kind: 'table'; readonly labels: readonly string[] };

export function makeDisk(spec: DiskSpec, index: number): Disk {
  const { content, mebibytes, ...rest } = spec;
  const sizeBytes = mebibytes * MIB;
  const labels = content.kind === 'table' ? content.labels : [];
  const partitions = labels.map((label, at) => {
    const partBytes = Math.floor(sizeBytes / labels.length / MIB) * MIB;
    const fileSystem = makeFileSystem('ext4', label, `${uuidOf(index)}-p${at + 1}`, partBytes);
    return { content: { kind: 'file-system', fileSystem } as const, sizeBytes: partBytes, number: at + 1 };
  });
  const whole = { content: contentOf(content, index, sizeBytes), sizeBytes, number: null };
  return {
    index,
    serial: `serial-${index}`,
    bus: rest.bus,
    isData: rest.isData,
    readOnly: rest.readOnly,
    isPath: rest.isPath ?? false,
    whole,
    partitions,
  };
}

export function makeFileSystem(type: string, label: string, uuid: string, sizeBytes: number): FileSystem {
  return { type, label, uuid, sizeBytes, top: folder() };
}

/** ID_WWN of udev. */
export function wwnOf({ index }: Disk): string {
  return `0x500000000000000${index}`;
}

export function uuidOf(index: number): string {
  return `00000000-0000-4000-8000-00000000000${index}`;
}

function contentOf(spec: ContentSpec, index: number, sizeBytes: number): Content {
  switch (spec.kind) {
    case 'lvm':
      return { kind: 'signature', type: 'LVM2_member', usage: 'raid' };
    case 'luks':
      return { kind: 'signature', type: 'crypto_LUKS', usage: 'crypto' };
    case 'file-system': {
      const uuid = uuidOf(spec.cloneOf ?? index);
      return { kind: 'file-system', fileSystem: makeFileSystem(spec.type, spec.label, uuid, sizeBytes) };
    }
    default:
      return { kind: spec.kind };
  }
}

export function describeContent(content: Content): string {
  if (content.kind === 'file-system') return `${content.fileSystem.type} "${content.fileSystem.label}"`;
  if (content.kind === 'member') return `member of ${content.assembly.name}`;
  return content.kind === 'signature' ? content.type : content.kind;
}
