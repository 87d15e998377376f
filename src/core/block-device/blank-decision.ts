import { type Decision, type DecisionTable, decide } from '../decision/decision-table.ts';
import type { BlockDevice } from './block-devices.ts';
import { isMountedFrom, type Mount, type Swap } from './mounts.ts';
import type { Signature } from './signatures.ts';

export type BlankFormat = 'ext4' | 'xfs' | 'btrfs';

/** What is to become of the disk. */
export type BlankPurpose =
  | { readonly kind: 'format'; readonly fileSystem: BlankFormat }
  /** An image of a whole disk is written to it, by who installs the machine. */
  | {
      readonly kind: 'install';
      readonly imageBytes: number;
      /** The owner of the machine has said that what is on the disk may go. */
      readonly mayReplace: boolean;
      /** It begins with the mark of an installation that was cut off: this table let that begin. */
      readonly isUnfinished: boolean;
    };

/** What the proof that a disk is blank rests on, all of it looked at while the disk is locked and open for nobody but us. */
export interface BlankFacts {
  /** The disk and its partitions; empty once it is gone. */
  readonly family: readonly BlockDevice[];
  /** Kernel name and DISKSEQ that the action names. */
  readonly target: { readonly name: string; readonly diskSequence: number | null };
  readonly purpose: BlankPurpose;
  /** udev's rules mark it; for an installation: it is the disk that the machine is installed on. */
  readonly isDataDisk: boolean;
  readonly isSystemDisk: boolean;
  readonly fstabClaim: string | undefined;
  /** The mount unit of systemd that names it. */
  readonly unitClaim: string | undefined;
  readonly mounts: readonly Mount[];
  readonly swaps: readonly Swap[];
  /** By wipefs(8) and blkid(8). */
  readonly signatures: readonly Signature[];
  /** Whether nothing but zeros was read, facts/blankness.ts. */
  readonly isZero: boolean;
  /** How large the disk was when it was read. */
  readonly readBytes: number;
}

export type BlankRefusal = Decision<'refuse'>;

// What mkfs needs at least: mkfs.xfs(8) of xfsprogs 6.1 refuses less than 300 MB, mkfs.btrfs 6.2 less than 109 MiB.
const smallest: Readonly<Record<BlankFormat, number>> = {
  ext4: 16 * 1024 ** 2,
  xfs: 300 * 1024 ** 2,
  btrfs: 128 * 1024 ** 2,
};

/** How large the disk has to be, and for what. */
function demandOf(purpose: BlankPurpose): { readonly bytes: number; readonly by: string } {
  if (purpose.kind === 'install') return { bytes: purpose.imageBytes, by: 'the image' };
  return { bytes: smallest[purpose.fileSystem], by: purpose.fileSystem };
}

function mayReplace(purpose: BlankPurpose): boolean {
  return purpose.kind === 'install' && purpose.mayReplace;
}

type Subject = BlankFacts & { readonly disk: BlockDevice | undefined };

export const blankTable: DecisionTable<Subject, 'refuse'> = {
  document: 'docs/decisions/blank-disk.md',
  rows: [
    { row: 1, code: 'gone', outcome: 'refuse', applies: ({ disk }) => disk === undefined && 'there is no such disk' },
    {
      row: 2,
      code: 'partition',
      outcome: 'refuse',
      applies: ({ disk }) => disk?.partition != null && 'it is a partition',
    },
    {
      row: 3,
      code: 'changed',
      outcome: 'refuse',
      applies: ({ target, disk }) => disk?.diskSequence !== target.diskSequence && 'another disk has this name now',
    },
    {
      row: 4,
      code: 'not-a-data-disk',
      outcome: 'refuse',
      applies: ({ isDataDisk }) => !isDataDisk && 'no line of the udev rules marks it as a data disk',
    },
    {
      row: 5,
      code: 'system-disk',
      outcome: 'refuse',
      applies: ({ isSystemDisk }) => isSystemDisk && 'the running system is on it',
    },
    {
      row: 6,
      code: 'read-only',
      outcome: 'refuse',
      applies: ({ disk }) => disk?.readOnly === true && 'it is read-only',
    },
    {
      row: 7,
      code: 'has-partitions',
      outcome: 'refuse',
      applies: ({ purpose, disk }) => !mayReplace(purpose) && disk?.partitions.length !== 0 && 'it has partitions',
    },
    {
      row: 8,
      code: 'in-use',
      outcome: 'refuse',
      applies: ({ disk }) => disk?.holders.length !== 0 && `it is part of ${disk?.holders.join(', ')}`,
    },
    { row: 9, code: 'mounted', outcome: 'refuse', applies: ({ family, mounts }) => mountedAt(family, mounts) },
    {
      row: 10,
      code: 'swap',
      outcome: 'refuse',
      applies: ({ family, swaps }) =>
        swaps.some(({ path }) => family.some((part) => part.path === path)) && 'it is swap',
    },
    {
      row: 11,
      code: 'fstab',
      outcome: 'refuse',
      applies: ({ fstabClaim }) => fstabClaim !== undefined && `/etc/fstab names it: ${fstabClaim}`,
    },
    {
      row: 15,
      code: 'mount-unit',
      outcome: 'refuse',
      applies: ({ unitClaim }) => unitClaim !== undefined && `the mount unit ${unitClaim} of systemd names it`,
    },
    {
      row: 12,
      code: 'too-small',
      outcome: 'refuse',
      applies: ({ purpose, disk }) =>
        (disk?.sizeBytes ?? 0) < demandOf(purpose).bytes && `it is too small for ${demandOf(purpose).by}`,
    },
    {
      row: 16,
      code: 'resized',
      outcome: 'refuse',
      applies: ({ disk, readBytes }) =>
        disk?.sizeBytes !== readBytes && 'it was resized while it was read, so that not all of it is known',
    },
    {
      row: 13,
      code: 'signature',
      outcome: 'refuse',
      applies: ({ purpose, signatures }) =>
        !mayReplace(purpose) && signatures.length > 0 && `it carries ${signatures.map(({ type }) => type).join(', ')}`,
    },
    {
      row: 14,
      code: 'not-zero',
      outcome: 'refuse',
      applies: ({ purpose, isZero }) =>
        !isZero &&
        !mayReplace(purpose) &&
        !(purpose.kind === 'install' && purpose.isUnfinished) &&
        'it holds bytes that are not zero',
    },
  ],
};

/** @returns undefined if the disk is proven to be blank and may be formatted, or if what is on it may be replaced */
export function refuseFormat(facts: BlankFacts): BlankRefusal | undefined {
  return decide(blankTable, { ...facts, disk: facts.family.find(({ name }) => name === facts.target.name) });
}

function mountedAt(family: readonly BlockDevice[], mounts: readonly Mount[]): string | false {
  const mount = mounts.find((each) => family.some((part) => isMountedFrom(each, part)));
  return mount !== undefined && `it is mounted at ${mount.mountPoint}`;
}
