import type { System } from '../../../core/system/system.ts';
import type { FileSystemNode } from '../block-device/nodes.ts';

/** Where a file system goes. */
export interface FileSystemPlace {
  /** The disk's raw image. */
  readonly file: string;
  /** Bytes from its beginning. */
  readonly offset: number;
  readonly bytes: number;
  /** The disk has no table. */
  readonly isWholeDisk: boolean;
}

export interface FileSystemWork {
  readonly fileSystem: FileSystemNode;
  /** The folder whose content goes into it; null for an empty one. */
  readonly source: string | null;
  readonly place: FileSystemPlace;
  readonly uuid: string;
  /** For files that are needed on the way. */
  readonly workFolder: string;
  readonly sourceDateEpoch: number | undefined;
}

export type FileSystemMaker = (work: FileSystemWork, system: System) => Promise<void>;
