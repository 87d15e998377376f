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

/** All that an entry `lvm` describes is made at once, in the place of this node. */
export interface LvmNode {
  readonly kind: 'lvm';
  readonly name: string;
  /** Disks and partitions. */
  readonly bases: readonly string[];
}

export interface PhysicalVolumeNode {
  readonly kind: 'physical-volume';
  readonly name: string;
  /** The entry `lvm`. */
  readonly bases: readonly string[];
  /** The disk or partition. */
  readonly device: string;
  /** Words for pvcreate. */
  readonly options: readonly string[];
}

export interface VolumeGroupNode {
  readonly kind: 'volume-group';
  /** In the image too. */
  readonly name: string;
  /** Physical volumes. */
  readonly bases: readonly string[];
  /** Words for vgcreate. */
  readonly options: readonly string[];
}

export interface LogicalVolumeNode {
  readonly kind: 'logical-volume';
  /** In the image too. */
  readonly name: string;
  /** The volume group; for a thin volume its pool too. */
  readonly bases: readonly string[];
  readonly group: string;
  readonly size: { readonly bytes: number } | { readonly extents: string };
  /** A thin volume, or a pool of those. */
  readonly isThin: boolean;
  /** Words for lvcreate. */
  readonly options: readonly string[];
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

export type BlockNode =
  | DiskNode
  | PartitionNode
  | LvmNode
  | PhysicalVolumeNode
  | VolumeGroupNode
  | LogicalVolumeNode
  | FileSystemNode
  | MountNode
  | FstabNode;

/** All that one entry of the flat list stands for. */
export interface Nodes {
  readonly nodes: readonly BlockNode[];
  readonly tables: readonly TableNode[];
}
