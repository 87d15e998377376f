import { type Decision, type DecisionTable, decide } from '../../core/decision/decision-table.ts';
import { isMountedFrom } from '../../core/block-device/mounts.ts';
import { bootPartitionWords } from './boot-partitions.ts';
import { assignmentTable, mistakenFile } from './assignment-decision.ts';
import { assignmentOf } from './assignment-facts.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk, DiskFacts, MountPoint } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import { fileSystemTraits } from './file-systems.ts';
import { isReadOnly } from './is-read-only.ts';
import { elsewhereWords } from './mounted-elsewhere.ts';
import { mountOf } from './mount-of.ts';
import { assemblyTable } from '../stack/assembly-decision.ts';
import { stackTable } from '../stack/stack-decision.ts';
import { snapshotOptions } from './snapshots.ts';

interface Subject {
  readonly disk: AttachedDisk;
  readonly facts: DiskFacts;
  readonly flags: Flags;
}

/** Why a disk is left alone. */
export type Refusal = Decision<'leave'>;

// Of this table; behind them are the rows of docs/decisions/disk-assignment.md, one of this, those of layered-device.md, one of this,
// and those of layer-assembly.md.
const lastRow = 21;
const rowBeforeStack = 33;
const rowBeforeAssembly = 44;

/** To add one: a row here, a row in the document, a test. */
export const refusalTable: DecisionTable<Subject, 'leave'> = {
  document: 'docs/decisions/data-disk.md',
  rows: [
    {
      row: 1,
      code: 'mounting-is-off',
      outcome: 'leave',
      applies: ({ flags }) => !flags.CONFIG_ALLOW_MOUNT && 'CONFIG_ALLOW_MOUNT=0',
    },
    ...stackTable.rows.map((each) => ({
      ...each,
      row: rowBeforeStack + each.row,
      applies: ({ disk: { stack }, facts, flags }: Subject) =>
        stack !== undefined &&
        each.applies({ stack, allowed: flags.CONFIG_LAYERS, isAsked: facts.occasion === 'asked' }),
    })),
    {
      row: 2,
      code: 'not-a-data-disk',
      outcome: 'leave',
      applies: ({ disk }) => !disk.isDataDisk && 'no udev rule marks it as a data disk',
    },
    {
      row: 18,
      code: 'no-capacity',
      outcome: 'leave',
      applies: ({ disk }) => disk.disk.sizeBytes === 0 && 'the kernel reads a capacity of 0 bytes',
    },
    {
      row: 3,
      code: 'system-disk',
      outcome: 'leave',
      applies: ({ disk }) => disk.isSystemDisk && 'the running system is on it',
    },
    {
      row: 44,
      code: 'path-of-disk',
      outcome: 'leave',
      applies: ({ disk }) => disk.isPathOfDisk && 'it is one path of a multipath disk, and the disk has others',
    },
    {
      row: 4,
      code: 'in-use',
      outcome: 'leave',
      applies: ({ disk }) => disk.device.holders.length > 0 && `it is part of ${disk.device.holders.join(', ')}`,
    },
    {
      row: 5,
      code: 'has-partitions',
      outcome: 'leave',
      applies: ({ disk }) => disk.device.partitions.length > 0 && 'it has partitions',
    },
    {
      row: 6,
      code: 'ambivalent',
      outcome: 'leave',
      applies: ({ disk }) => disk.isAmbivalent && 'it carries signatures of several types',
    },
    {
      row: 7,
      code: 'blank',
      outcome: 'leave',
      applies: ({ disk }) =>
        disk.fileSystem === undefined && 'no file system was found on it: it is blank, or has signatures of several',
    },
    ...assemblyTable.rows.map((each) => ({
      ...each,
      row: rowBeforeAssembly + each.row,
      applies: ({ facts: { member } }: Subject) => member !== undefined && each.applies(member),
    })),
    {
      row: 64,
      code: 'member-mistaken',
      outcome: 'leave',
      applies: ({ facts: { member, assignments } }) => member !== undefined && mistakenFile(assignments),
    },
    {
      row: 65,
      code: 'member-kept',
      outcome: 'leave',
      applies: ({ disk, facts: { member } }) =>
        member !== undefined &&
        member.kind !== 'luks' &&
        isReadOnly(disk) &&
        `it must not change, and ${member.kind} writes to what it puts together`,
    },
    {
      row: 8,
      code: 'not-a-file-system',
      outcome: 'leave',
      applies: ({ disk }) =>
        disk.usage !== 'filesystem' &&
        (wordsFor(disk.fileSystem ?? '') ?? `it carries ${disk.fileSystem}, which is not a file system`),
    },
    {
      row: 9,
      code: 'type-not-allowed',
      outcome: 'leave',
      applies: ({ disk }) =>
        fileSystemTraits(disk.fileSystem ?? '') === undefined && `${disk.fileSystem} is not mounted by the agent`,
    },
    {
      row: 10,
      code: 'fstab',
      outcome: 'leave',
      applies: ({ disk }) => disk.fstabClaim !== undefined && `/etc/fstab names it: ${disk.fstabClaim}`,
    },
    {
      row: 19,
      code: 'mount-unit',
      outcome: 'leave',
      applies: ({ disk }) => disk.unitClaim !== undefined && `the mount unit ${disk.unitClaim} of systemd names it`,
    },
    { row: 11, code: 'mounted', outcome: 'leave', applies: ({ disk, facts }) => mountedAt(disk, facts) },
    {
      row: 62,
      code: 'mounted-elsewhere',
      outcome: 'leave',
      applies: ({ facts: { mountedElsewhere } }) =>
        mountedElsewhere !== undefined && elsewhereWords(mountedElsewhere.mount),
    },
    { row: 12, code: 'same-uuid', outcome: 'leave', applies: ({ disk, facts }) => mountedTwin(disk, facts) },
    { row: 33, code: 'snapshot-type', outcome: 'leave', applies: ({ disk, facts }) => snapshotType(disk, facts) },
    { row: 66, code: 'snapshot-path', outcome: 'leave', applies: ({ facts }) => snapshotPath(facts) },
    ...assignmentTable.rows.map((each) => ({ ...each, row: lastRow + each.row })),
    {
      row: 13,
      code: 'folder-not-empty',
      outcome: 'leave',
      applies: ({ facts: { mountPoint, assignments } }) =>
        whoseFolder(mountPoint, assignmentOf(assignments) !== undefined),
    },
    {
      row: 14,
      code: 'no-folder',
      outcome: 'leave',
      applies: ({ facts: { mountPoint } }) =>
        mountPoint.state === 'not-a-folder' && `${mountPoint.path} is not a folder`,
    },
    {
      row: 63,
      code: 'folder-protected',
      outcome: 'leave',
      applies: ({ facts: { mountPoint } }) =>
        mountPoint.protectedAbove !== undefined &&
        `${mountPoint.path} cannot be made in ${mountPoint.protectedAbove}, which is kept empty for an assigned disk`,
    },
    {
      row: 15,
      code: 'automount',
      outcome: 'leave',
      applies: ({ facts: { automount } }) => automount === 'others' && 'an automount map of an admin has the disk root',
    },
    {
      row: 16,
      code: 'unsafe-root',
      outcome: 'leave',
      applies: ({ facts: { mountPoint } }) =>
        mountPoint.unsafePart !== undefined &&
        `others than root can change ${mountPoint.unsafePart}, which leads to its folder`,
    },
    {
      row: 17,
      code: 'not-ready',
      outcome: 'leave',
      applies: ({ disk }) =>
        !disk.isReady &&
        'udev marks it as not ready (SYSTEMD_READY): another device of it is missing, or it is a part of one',
    },
    {
      row: 20,
      code: 'boot-partition',
      outcome: 'leave',
      applies: ({ disk: { partitionType = '' } }) => bootPartitionWords(partitionType) ?? false,
    },
    {
      row: 21,
      code: 'system-unknown',
      outcome: 'leave',
      applies: ({ disk }) =>
        disk.markedBy === 'all-but-system' &&
        !disk.isRootKnown &&
        'the kernel does not say which disk / is on, so all-but-system cannot tell it from others',
    },
  ],
};

/** What libblkid names that holds file systems, or none. */
const containers: Readonly<Record<string, string>> = {
  crypto_LUKS: 'it is a LUKS container',
  LVM2_member: 'it is a physical volume of LVM',
  linux_raid_member: 'it is a member of a RAID array (md)',
  zfs_member: 'it is a member of a ZFS pool',
  swap: 'it is a swap area',
};

function wordsFor(type: string): string | undefined {
  return Object.hasOwn(containers, type) ? containers[type] : undefined;
}

/** @returns undefined if nothing speaks against mounting the disk */
export function refusal(disk: AttachedDisk, facts: DiskFacts, flags: Flags): Refusal | undefined {
  return decide(refusalTable, { disk, facts, flags });
}

/** What the record of a disk that is left alone says of it. */
export function refusalOnRecord({ code, because }: Pick<Refusal, 'code' | 'because'>): {
  readonly refusal: string;
  readonly note: string;
} {
  return { refusal: code, note: `left alone: ${because}` };
}

/** @param isAssigned an admin named this very folder, so its owner does not matter; a label must not choose whose folder goes */
function whoseFolder({ path, state }: MountPoint, isAssigned: boolean): string | false {
  if (state === 'not-empty') return `${path} holds files`;
  return !isAssigned && state === 'of-others' && `${path} was there before, with an owner or a mode of somebody else's`;
}

function mountedAt(disk: AttachedDisk, facts: DiskFacts): string | false {
  const mount = facts.mounts.find((each) => isMountedFrom(each, disk.device));
  return mount !== undefined && `it is mounted at ${mount.mountPoint}`;
}

/** XFS and Btrfs cannot tell a clone from the original, and neither can an admin who mounts by UUID. */
function mountedTwin(disk: AttachedDisk, facts: DiskFacts): string | false {
  if (facts.isSnapshot) return false;
  const original = facts.mountedOriginal ?? mountedByUs(disk, facts);
  return (
    original !== undefined &&
    `its file system has the same UUID as that of ${original.device} at ${original.mountPoint}: it is a clone`
  );
}

/** With CONFIG_SNAPSHOTS a copy is never mounted for writing, also where its original is not mounted now. */
function snapshotType({ fileSystem }: AttachedDisk, { isSnapshot }: DiskFacts): string | false {
  const isRefused = isSnapshot && snapshotOptions(fileSystem) === undefined;
  return isRefused && `it is a copy, and no way is known to mount ${fileSystem} read-only beside its original`;
}

/** The path is the original's, which comes back to it: label and UUID are those of both. */
function snapshotPath({ isSnapshot, assignments }: DiskFacts): string | false {
  const own = assignmentOf(assignments);
  if (!isSnapshot || own === undefined || own.selectors.SERIAL || own.selectors.WWN) return false;
  return `it is a copy, and ${own.file} gives the path ${own.place} to its original too: name the copy by its serial`;
}

function mountedByUs(disk: AttachedDisk, facts: DiskFacts): DiskRecord | undefined {
  return facts.records.find(
    (record) =>
      record.uuid !== null &&
      record.uuid === disk.uuid &&
      !record.isSnapshot &&
      record.device !== disk.device.path &&
      (record.onDemand || mountOf(record, facts.mounts) !== undefined),
  );
}
