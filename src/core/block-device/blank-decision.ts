import type { BlockDevice } from './block-devices.ts';
import { isMountedFrom, type Mount, type Swap } from './mounts.ts';
import type { Signature } from './signatures.ts';

export type BlankFormat = 'ext4' | 'xfs' | 'btrfs';

/** What the proof that a disk is blank rests on, all of it looked at while the disk is locked and open for us alone. */
export interface BlankFacts {
  /** The disk and its partitions; empty once it is gone. */
  readonly family: readonly BlockDevice[];
  /** Kernel name and DISKSEQ that the action names. */
  readonly target: { readonly name: string; readonly diskSequence: number | null };
  readonly fileSystem: BlankFormat;
  readonly isDataDisk: boolean;
  readonly isSystemDisk: boolean;
  readonly fstabClaim: string | undefined;
  readonly mounts: readonly Mount[];
  readonly swaps: readonly Swap[];
  /** By wipefs(8) and blkid(8). */
  readonly signatures: readonly Signature[];
  /** Whether nothing but zeros was read, facts/blankness.ts. */
  readonly isZero: boolean;
}

export interface BlankRefusal {
  readonly row: number;
  readonly code: string;
  readonly because: string;
}

// What mkfs needs at least: mkfs.xfs(8) of xfsprogs 6.1 refuses less than 300 MB, mkfs.btrfs 6.2 less than 109 MiB.
const smallest: Readonly<Record<BlankFormat, number>> = {
  ext4: 16 * 1024 ** 2,
  xfs: 300 * 1024 ** 2,
  btrfs: 128 * 1024 ** 2,
};

type Row = readonly [code: string, because: (facts: BlankFacts, disk: BlockDevice) => string | false];

/** The table of docs/decisions/blank-disk.md from row 2 on; row 1 is that there is such a disk. */
const rows: readonly Row[] = [
  ['partition', (_facts, disk) => disk.partition !== null && 'it is a partition'],
  ['changed', ({ target }, disk) => disk.diskSequence !== target.diskSequence && 'another disk has this name now'],
  ['not-a-data-disk', ({ isDataDisk }) => !isDataDisk && 'no line of the udev rules marks it as a data disk'],
  ['system-disk', ({ isSystemDisk }) => isSystemDisk && 'the running system is on it'],
  ['read-only', (_facts, disk) => disk.readOnly && 'it is read-only'],
  ['has-partitions', (_facts, disk) => disk.partitions.length > 0 && 'it has partitions'],
  ['in-use', (_facts, disk) => disk.holders.length > 0 && `it is part of ${disk.holders.join(', ')}`],
  ['mounted', ({ family, mounts }) => mountedAt(family, mounts)],
  ['swap', ({ family, swaps }) => swaps.some(({ path }) => family.some((part) => part.path === path)) && 'it is swap'],
  ['fstab', ({ fstabClaim }) => fstabClaim !== undefined && `/etc/fstab names it: ${fstabClaim}`],
  ['too-small', ({ fileSystem }, disk) => disk.sizeBytes < smallest[fileSystem] && `it is too small for ${fileSystem}`],
  [
    'signature',
    ({ signatures }) => signatures.length > 0 && `it carries ${signatures.map(({ type }) => type).join(', ')}`,
  ],
  ['not-zero', ({ isZero }) => !isZero && 'it holds bytes that are not zero'],
];

/** @returns undefined if the disk is proven to be blank and may be formatted */
export function refuseFormat(facts: BlankFacts): BlankRefusal | undefined {
  const disk = facts.family.find(({ name }) => name === facts.target.name);
  if (disk === undefined) return { row: 1, code: 'gone', because: 'there is no such disk' };
  for (const [index, [code, judge]] of rows.entries()) {
    const because = judge(facts, disk);
    if (because !== false) return { row: index + 2, code, because };
  }
  return undefined;
}

function mountedAt(family: readonly BlockDevice[], mounts: readonly Mount[]): string | false {
  const mount = mounts.find((each) => family.some((part) => isMountedFrom(each, part)));
  return mount !== undefined && `it is mounted at ${mount.mountPoint}`;
}
