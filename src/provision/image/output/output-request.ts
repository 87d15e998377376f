import type { BlockDevices } from '../block-device/block-devices.ts';
import type { SizeWishes } from '../block-device/image-size.ts';
import type { ChecksumKind } from './checksums.ts';
import type { OutputType } from './output-types.ts';

/** What is to be made of a finished tree. */
export interface OutputRequest {
  /** The finished tree, without anything mounted in it. It is whole again when all is made. */
  readonly tree: string;
  /** An empty folder on the tree's file system; the caller removes it. */
  readonly workFolder: string;
  readonly blockDevices: BlockDevices;
  readonly types: readonly OutputType[];
  /** The name of the process that makes them; see `ownProcessName`. */
  readonly owner: string;
  /** Absolute path of the outputs without what their types add. */
  readonly target: string;
  readonly size: SizeWishes;
  /** False for `-u`. */
  readonly compress: boolean;
  /** Of `--qemu-img-options`, for every image that qemu-img converts. */
  readonly qemuImgOptions?: string | undefined;
  /** DIB_GZIP_BIN. */
  readonly gzip?: string | undefined;
  readonly checksums: readonly ChecksumKind[];
  /** Whether each file is told with its SHA-256 sum, also where none is written beside it. */
  readonly withDigest: boolean;
  /** OVERWRITE_OLD_IMAGE: an older image is not kept under a name with its date. */
  readonly overwrite: boolean;
  /** What identifiers of file systems and tables are made of: random, or the same for the same bytes. */
  readonly seed: string;
  /** SOURCE_DATE_EPOCH: no time in an output is later. */
  readonly sourceDateEpoch?: number | undefined;
}

/** One file that was made. */
export interface Output {
  readonly type: OutputType;
  readonly path: string;
  readonly bytes: number;
  /** Of the file, for every kind that was asked for. */
  readonly checksums: Readonly<Partial<Record<ChecksumKind, string>>>;
  /** Its SHA-256 sum, if that was asked for. */
  readonly digest?: string;
}
