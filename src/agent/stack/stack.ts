import type { LayerName } from '../flags/layer-names.ts';

/** A block device that lies on others: a volume of LVM, an open LUKS container, an array of md, a multipath disk. */
export interface StackLayer {
  /** Kernel name, `dm-0`. */
  readonly name: string;
  readonly path: string;
  /** What it is; null for what the agent does not know, such as a mapping that somebody made with dmsetup. */
  readonly kind: LayerName | null;
  /** Name below /dev/mapper; null for an array. */
  readonly mapperName: string | null;
  /** What device-mapper calls it, `LVM-…`, `CRYPT-LUKS2-…`; null for an array. */
  readonly mapperUuid: string | null;
  readonly array: ArrayState | null;
}

/** Of an array of md. */
export interface ArrayState {
  /** All members that it needs are there, and it runs. */
  readonly isStarted: boolean;
  /** `raid1`; empty where the kernel does not say. */
  readonly level: string;
  /** How many members it lacks. */
  readonly missing: number;
}

/** A disk, or a partition of it, that bears a stack and lies on nothing itself. */
export interface BottomDisk {
  readonly path: string;
  /** Path of the whole disk. */
  readonly disk: string;
  /** A rule marks it as a data disk. */
  readonly isDataDisk: boolean;
  /** The word of CONFIG_DATA_DISKS by which it is marked. */
  readonly markedBy: string | undefined;
  /** The machine runs on it. */
  readonly isSystemDisk: boolean;
  /** The kernel refuses writes to it. */
  readonly isReadOnly: boolean;
  /** Somebody had the agent detach it. */
  readonly isDetached: boolean;
  /** What the platform set for the disk; undefined if nothing. */
  readonly serial: string | undefined;
  readonly wwns: readonly string[];
}

/** A layered device and all that it lies on. */
export interface Stack {
  /** The device itself first, then what is beneath, level by level. */
  readonly layers: readonly StackLayer[];
  /** None where the kernel does not tell of any, as when all of them are gone. */
  readonly bottoms: readonly BottomDisk[];
  /** Keys of the records of all devices beneath it: `sdb@7`, `sdb1@7`, `dm-0@12`. */
  readonly beneath: readonly string[];
}

/** The one rule: a device whose bottom disks are all data disks is a data disk. */
export function isOnDataDisks({ bottoms }: Stack): boolean {
  return bottoms.length > 0 && bottoms.every(({ isDataDisk }) => isDataDisk);
}

/** Whether a kernel name is that of a layered device. */
export function isLayered(kernelName: string): boolean {
  return /^(?:dm-|md)\d/.test(kernelName) || /^md_/.test(kernelName);
}
