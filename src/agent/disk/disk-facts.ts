import type { AssignmentFacts } from './assignment-facts.ts';
import type { ElsewhereMount } from './mounted-elsewhere.ts';
import type { NameReservation } from './disk-names.ts';
import type { HookName } from '../action/run-hook.ts';
import type { DiskRecord } from './disk-records.ts';
import type { Member } from '../stack/member.ts';
import type { Stack } from '../stack/stack.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import type { MountUnit } from './mount-units.ts';
import type { BrokenLayer } from './observe-broken.ts';
import type { Orphan } from './observe-orphans.ts';
import type { Mount } from '../../core/block-device/mounts.ts';
import type { StoppedUnits } from './stopped-units.ts';
import type { PartitionTable } from '../../core/block-device/partition-table.ts';

/** A block device as it is, with what udev found on it. Every text of it comes from the disk and is not trusted. */
export interface AttachedDisk {
  readonly device: BlockDevice;
  /** Path of the whole disk that it is, or is a part of. */
  readonly wholeDisk: string;
  /** The whole disk itself. */
  readonly disk: BlockDevice;
  /** What it lies on, for a device that is built on others, where CONFIG_LAYERS names any. */
  readonly stack: Stack | undefined;
  /** It is a path of a multipath disk, as udev or the device that holds it says. */
  readonly isPathOfDisk: boolean;
  /** Marked by the rules as a data disk; of a layered device all that it lies on. */
  readonly isDataDisk: boolean;
  /** The word of CONFIG_DATA_DISKS by which the rules marked it; undefined for a line of an admin's own. */
  readonly markedBy: string | undefined;
  /** ID_PART_ENTRY_TYPE, lower case: the GUID of GPT or the number of MBR; undefined for a whole disk. */
  readonly partitionType: string | undefined;
  /** ID_FS_TYPE: undefined where udev found no signature. */
  readonly fileSystem: string | undefined;
  /** ID_FS_USAGE: filesystem, raid, crypto, other. */
  readonly usage: string | undefined;
  /** ID_FS_AMBIVALENT: signatures of several types, none of which can be believed. */
  readonly isAmbivalent: boolean;
  /** SYSTEMD_READY does not say no: a device that is missing another one, or is a path of a multipath disk, is not to be used. */
  readonly isReady: boolean;
  readonly encodedLabel: string | undefined;
  /** ID_FS_UUID */
  readonly uuid: string | undefined;
  /** What the platform set for the whole disk. */
  readonly serial: string | undefined;
  /** Where the platform plugged in the whole disk: ID_PATH of udev. */
  readonly location: string | undefined;
  /** Size of the file system in bytes, where udev tells it (systemd 254 and newer). */
  readonly fileSystemBytes: number | undefined;
  /** Of the last partition of a disk: bytes of the disk behind it. 0 for any other, and for a whole disk. */
  readonly roomBytes: number;
  /** It is swap in use itself, and not only beside one. */
  readonly isSwap: boolean;
  /**
   * The machine runs on it: `/`, `/boot` or another part of the system is mounted from this disk or from what is built on it, or it is
   * swap in use.
   */
  readonly isSystemDisk: boolean;
  /** The block devices that `/` is on are known. */
  readonly isRootKnown: boolean;
  /** The line of /etc/fstab that names it. */
  readonly fstabClaim: string | undefined;
  /** The mount unit of systemd that names it; looked for only where the disk may have to be mounted. */
  readonly unitClaim: string | undefined;
  /** An assignment says READ_ONLY=yes: not one byte of it is to change. */
  readonly mustNotChange: boolean;
}

/**
 * `mounted`: not looked at, as it is the top of the disk itself. `of-others`: empty, with another owner or mode than the agent
 * gives.
 */
export type FolderState = 'missing' | 'empty' | 'of-others' | 'not-empty' | 'not-a-folder' | 'mounted';

export interface MountPoint {
  readonly path: string;
  readonly state: FolderState;
  /** The agent made it, for this disk or for one before. */
  readonly isMade?: boolean;
  /** Of one that is missing: a folder above it in which nothing can be made, as it is kept for an assigned disk. */
  readonly protectedAbove?: string;
  /** The first part of the way to it, above the folder itself, that others than root could have changed. */
  readonly unsafePart?: string | undefined;
}

/** A mounted file system, of which a disk is a clone. */
export interface MountedOriginal {
  /** Path of its block device. */
  readonly device: string;
  readonly mountPoint: string;
}

export interface ElsewhereFacts {
  readonly mount: ElsewhereMount;
  /** It was found so a moment ago, by a look that waited for the other machine: another would find the same. */
  readonly isFresh: boolean;
}

/**
 * Why the disk is looked at. `attached`: it just came; `asked`: a person wants it mounted, also if it was unmounted
 * before; `changed`: anything else, which never mounts.
 */
export type Occasion = 'attached' | 'asked' | 'changed';

/** Everything that the decision about one kernel name rests on. */
export interface DiskFacts {
  readonly kernelName: string;
  /** undefined once the device is gone */
  readonly attached: AttachedDisk | undefined;
  readonly occasion: Occasion;
  /**
   * What the agent did with each disk: this one, those that had its kernel name before, and, where it may have to
   * be mounted, all others.
   */
  readonly records: readonly DiskRecord[];
  readonly mounts: readonly Mount[];
  /** The file system of its UUID that somebody else mounted; looked for only where the disk may have to be mounted. */
  readonly mountedOriginal: MountedOriginal | undefined;
  /** The name that its file system got before; undefined if it is new here, or mounted already. */
  readonly reservation: NameReservation | undefined;
  /** Where it would be mounted. Only this folder is looked at: on another disk's, a hung device would keep us waiting. */
  readonly mountPoint: MountPoint;
  /** It is a copy of a disk that was here first, and is mounted beside it (CONFIG_SNAPSHOTS). */
  readonly isSnapshot: boolean;
  /** The other machine that has it mounted; looked for only where the agent found one before. */
  readonly mountedElsewhere: ElsewhereFacts | undefined;
  /** What it is a part of, where CONFIG_LAYERS names that and nothing is built on it yet. */
  readonly member: Member | undefined;
  /** The layered device itself, where the agent has it on record and a disk beneath it is gone. */
  readonly broken: BrokenLayer | undefined;
  /** What lay on the disk that had this kernel name and is gone, where nothing is on record of that. */
  readonly orphans: readonly Orphan[];
  /** What an admin says of it below /etc/gandi/disks.d. */
  readonly assignments: AssignmentFacts;
  /** Running units that use the mount of this disk, or of the one that had its kernel name and is gone. */
  readonly units: readonly MountUnit[];
  /** Units that the agent stopped for disks that went, and that are to run again with them. */
  readonly stoppedUnits: readonly StoppedUnits[];
  /** Path of a device that was left alone as a clone of the one that had this kernel name and is gone. */
  readonly refusedClone: string | undefined;
  /** Services that the disk itself names; undefined where nobody asked it. */
  readonly services: readonly string[] | undefined;
  /** Whose automount map has the disk root: with ours autofs mounts, and with somebody else's nothing there is for us to do. */
  readonly automount: 'none' | 'ours' | 'others';
  /** Table of the disk, for a partition that the agent mounted and may enlarge; undefined where nobody asked. */
  readonly table: PartitionTable | undefined;
  /** Paths of block devices that are swap in use and gone. */
  readonly pulledSwaps: readonly string[];
  /** The disk is the platform's swap disk; looked at only where a swap of its name was pulled. */
  readonly isDesignatedSwap: boolean;
  /** Paths of the admin's hooks that exist. */
  readonly hooks: Readonly<Partial<Record<HookName, string>>>;
  /** Programs that assignments have told instead of them, by the name of the assignment. */
  readonly assignedHooks: ReadonlyMap<string, string>;
}
