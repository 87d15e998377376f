import type { DiskRecord, HookName } from '../action.ts';
import type { BlockDevice } from '../facts/block-devices.ts';
import type { Mount } from '../facts/mounts.ts';

/** A block device as it is, with what udev found on it. Every text of it comes from the disk and is not trusted. */
export interface AttachedDisk {
  readonly device: BlockDevice;
  /** Path of the whole disk that it is, or is a part of. */
  readonly wholeDisk: string;
  /** Marked by the rules as a data disk. */
  readonly isDataDisk: boolean;
  /** ID_FS_TYPE: undefined where udev found no signature. */
  readonly fileSystem: string | undefined;
  /** ID_FS_USAGE: filesystem, raid, crypto, other. */
  readonly usage: string | undefined;
  /** ID_FS_AMBIVALENT: signatures of several types, none of which can be believed. */
  readonly isAmbivalent: boolean;
  readonly encodedLabel: string | undefined;
  readonly serial: string | undefined;
  /** The kernel runs on it: `/`, `/boot` or another part of the system is mounted from this disk, or it is swap in use. */
  readonly isSystemDisk: boolean;
  /** The line of /etc/fstab that names it. */
  readonly fstabClaim: string | undefined;
}

export type FolderState = 'missing' | 'empty' | 'not-empty' | 'not-a-folder';

export interface MountPoint {
  readonly path: string;
  readonly state: FolderState;
}

/** Everything that the decision about one kernel name rests on. */
export interface DiskFacts {
  readonly kernelName: string;
  /** undefined once the device is gone */
  readonly attached: AttachedDisk | undefined;
  /** Whether it was just attached, or is looked at for another reason; only the first ever mounts. */
  readonly justAttached: boolean;
  /** What the agent did with devices of this kernel name, this one and those that had the name before. */
  readonly records: readonly DiskRecord[];
  readonly mounts: readonly Mount[];
  /** Where it would be mounted. Only this folder is looked at: on another disk's, a hung device would keep us waiting. */
  readonly mountPoint: MountPoint;
  /** Paths of the admin's hooks that are there to be run. */
  readonly hooks: Readonly<Partial<Record<HookName, string>>>;
}
