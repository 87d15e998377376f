/** A file that becomes a disk. */
export interface DiskNode {
  readonly kind: 'disk';
  readonly name: string;
  /** Bytes; null for the size that the image gets. */
  readonly bytes: number | null;
  readonly sectorBytes: number;
}

export interface PartitionNode {
  readonly kind: 'partition';
  readonly name: string;
  /** The disk. */
  readonly base: string;
  /** As it is written: `100%`, `8MiB`. */
  readonly size: string | number;
  readonly type: string;
  readonly isBoot: boolean;
  readonly isPrimary: boolean;
}

export interface TableNode {
  readonly name: string;
  /** The disk. */
  readonly base: string;
  readonly label: 'mbr' | 'gpt';
  /** Bytes; null where the description does not say. */
  readonly align: number | null;
  /** In the order of the disk. */
  readonly partitions: readonly PartitionNode[];
}

/** A node that LVM consists of: all is made with the group's `lvm` node, the others stand for their place in the order. */
export interface LvmNode {
  readonly kind: 'lvm' | 'physical-volume' | 'volume-group' | 'logical-volume';
  readonly name: string;
  readonly bases: readonly string[];
  readonly options: readonly string[];
  /** Of a logical volume: what `lvcreate` gets. */
  readonly size: { readonly bytes: number } | { readonly extents: string } | null;
}

export interface FileSystemNode {
  readonly kind: 'file-system';
  readonly name: string;
  /** The disk, partition or logical volume. */
  readonly base: string;
  readonly type: string;
  readonly label: string;
  readonly uuid: string | null;
  /** Words for mkfs. */
  readonly options: readonly string[];
}

export interface MountNode {
  readonly kind: 'mount';
  readonly name: string;
  /** The file system. */
  readonly base: string;
  /** Absolute, or `swap`. */
  readonly mountPoint: string;
}

export interface FstabNode {
  readonly kind: 'fstab';
  readonly name: string;
  /** The mount. */
  readonly base: string;
  readonly options: string;
  readonly dumpFrequency: number;
  readonly fsckPass: number;
}

export type BlockNode = DiskNode | PartitionNode | LvmNode | FileSystemNode | MountNode | FstabNode;

/** All that one entry of the flat list stands for. */
export interface Nodes {
  readonly nodes: readonly BlockNode[];
  readonly tables: readonly TableNode[];
}
