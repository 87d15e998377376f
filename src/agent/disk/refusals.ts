import { isMountedFrom } from '../../core/block-device/mounts.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk, DiskFacts, MountPoint } from './disk-facts.ts';
import { fileSystemTraits } from './file-systems.ts';
import { mountOf } from './mount-of.ts';

/** Why a disk is left alone. `code` is stable; `because` is for people. */
export interface Refusal {
  readonly code: string;
  readonly because: string;
}

type Row = readonly [code: string, because: (disk: AttachedDisk, facts: DiskFacts, flags: Flags) => string | false];

/**
 * The table of docs/decisions/data-disk.md, row by row; the first that applies is the answer. To add one: a row here,
 * a row there, a test.
 */
const rows: readonly Row[] = [
  ['mounting-is-off', (_disk, _facts, flags) => !flags.CONFIG_ALLOW_MOUNT && 'CONFIG_ALLOW_MOUNT=0'],
  ['not-a-data-disk', (disk) => !disk.isDataDisk && 'no line of the udev rules marks it as a data disk'],
  ['system-disk', (disk) => disk.isSystemDisk && 'the running system is on it'],
  ['in-use', (disk) => disk.device.holders.length > 0 && `it is part of ${disk.device.holders.join(', ')}`],
  ['has-partitions', (disk) => disk.device.partitions.length > 0 && 'it has partitions'],
  ['ambivalent', (disk) => disk.isAmbivalent && 'it carries signatures of several types'],
  ['blank', (disk) => disk.fileSystem === undefined && 'udev finds no file system on it, or signatures of several'],
  [
    'not-a-file-system',
    (disk) => disk.usage !== 'filesystem' && `it carries ${disk.fileSystem}, which is no file system`,
  ],
  [
    'type-not-allowed',
    (disk) => fileSystemTraits(disk.fileSystem ?? '') === undefined && `${disk.fileSystem} is not mounted by the agent`,
  ],
  ['fstab', (disk) => disk.fstabClaim !== undefined && `/etc/fstab names it: ${disk.fstabClaim}`],
  ['mounted', (disk, facts) => mountedAt(disk, facts)],
  ['same-uuid', (disk, facts) => mountedTwin(disk, facts)],
  ['folder-not-empty', (_disk, { mountPoint }) => whoseFolder(mountPoint)],
  ['no-folder', (_disk, { mountPoint }) => mountPoint.state === 'not-a-folder' && `${mountPoint.path} is no folder`],
  [
    'automount',
    (_disk, { automount }) => automount === 'others' && "an automount map of the admin's has the disk root",
  ],
  [
    'unsafe-root',
    (_disk, { mountPoint: { unsafePart } }) =>
      unsafePart !== undefined && `others than root can change ${unsafePart}, which leads to its folder`,
  ],
];

/** @returns undefined if nothing speaks against mounting the disk */
export function refusal(disk: AttachedDisk, facts: DiskFacts, flags: Flags): Refusal | undefined {
  for (const [code, judge] of rows) {
    const because = judge(disk, facts, flags);
    if (because !== false) return { code, because };
  }
  return undefined;
}

function whoseFolder({ path, state }: MountPoint): string | false {
  if (state === 'not-empty') return `${path} holds files`;
  return state === 'of-others' && `${path} was there before, with an owner or a mode of somebody else's`;
}

function mountedAt(disk: AttachedDisk, facts: DiskFacts): string | false {
  const mount = facts.mounts.find((each) => isMountedFrom(each, disk.device));
  return mount !== undefined && `it is mounted at ${mount.mountPoint}`;
}

/** XFS and Btrfs cannot tell a clone from the original, and neither can an admin who mounts by UUID. */
function mountedTwin(disk: AttachedDisk, facts: DiskFacts): string | false {
  const twin = facts.records.find(
    (record) =>
      record.uuid !== null &&
      record.uuid === disk.uuid &&
      record.device !== disk.device.path &&
      (record.onDemand || mountOf(record, facts.mounts) !== undefined),
  );
  return (
    twin !== undefined &&
    `its file system has the same UUID as that of ${twin.device} at ${twin.mountPoint}: it is a clone`
  );
}
