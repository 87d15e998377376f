import { describe, expect, test } from 'vitest';
import { type BlankFacts, refuseFormat } from '../../../../src/core/block-device/blank-decision.ts';
import { device, mountAt } from '../../agent/disk/disk-example.ts';

const disk = { ...device, sizeBytes: 2 ** 30 };
const partition = { number: 1, startBytes: 2 ** 20, name: null, uuid: null };

/** A disk of 1 GiB that nothing speaks against formatting. */
const blank: BlankFacts = {
  family: [disk],
  target: { name: 'sdb', diskSequence: 7 },
  purpose: { kind: 'format', fileSystem: 'ext4' },
  isDataDisk: true,
  isSystemDisk: false,
  fstabClaim: undefined,
  unitClaim: undefined,
  mounts: [],
  swaps: [],
  signatures: [],
  isZero: true,
  readBytes: 2 ** 30,
};

test('no row applies: proven to be blank', () => {
  expect(refuseFormat(blank)).toBeUndefined();
});

const swap = { path: '/dev/sdb', type: 'partition', sizeBytes: 1 };
const mebibytes = (size: number) => [{ ...disk, sizeBytes: size * 2 ** 20 }];
const rows: ReadonlyArray<readonly [row: number, code: string, because: string, facts: Partial<BlankFacts>]> = [
  [1, 'gone', 'it was pulled', { family: [] }],
  [2, 'partition', 'it is a part of a table', { family: [{ ...disk, partition, parent: 'sda' }] }],
  [3, 'changed', 'another disk has its name', { target: { name: 'sdb', diskSequence: 6 } }],
  [4, 'not-a-data-disk', 'no rule marks it', { isDataDisk: false }],
  [5, 'system-disk', 'the system is on it', { isSystemDisk: true }],
  [6, 'read-only', 'it cannot be written', { family: [{ ...disk, readOnly: true }] }],
  [7, 'has-partitions', 'it has partitions', { family: [{ ...disk, partitions: ['sdb1'] }] }],
  [8, 'in-use', 'LVM is built on it', { family: [{ ...disk, holders: ['dm-0'] }] }],
  [9, 'mounted', 'somebody mounted it', { mounts: [mountAt('/mnt')] }],
  [10, 'swap', 'it is swap', { swaps: [swap] }],
  [15, 'mount-unit', 'a mount unit names it', { unitClaim: 'srv-x.mount' }],
  [11, 'fstab', 'it is in fstab', { fstabClaim: '/dev/sdb /srv/x ext4' }],
  [12, 'too-small', 'ext4 wants 16 MiB', { family: mebibytes(15) }],
  [12, 'too-small', 'XFS wants 300 MiB', { purpose: { kind: 'format', fileSystem: 'xfs' }, family: mebibytes(299) }],
  [
    12,
    'too-small',
    'Btrfs wants 128 MiB',
    { purpose: { kind: 'format', fileSystem: 'btrfs' }, family: mebibytes(127) },
  ],
  [16, 'resized', 'it grew while it was read', { readBytes: 2 ** 30 - 1 }],
  [13, 'signature', 'a LUKS header', { signatures: [{ offset: 0, type: 'crypto_LUKS' }] }],
  [13, 'signature', 'what blkid alone finds', { signatures: [{ offset: null, type: 'ambivalent' }] }],
  [14, 'not-zero', 'a database without a signature (D2)', { isZero: false }],
];

test.each(rows)('row %i, %s: %s', (row, code, _, facts) => {
  expect(refuseFormat({ ...blank, ...facts })).toMatchObject({ row, code });
});

test.each(['ext4', 'xfs', 'btrfs'] as const)('row 12 lets through what mkfs takes: %s', (fileSystem) => {
  const facts = { family: mebibytes(300), readBytes: 300 * 2 ** 20 };
  expect(refuseFormat({ ...blank, purpose: { kind: 'format', fileSystem }, ...facts })).toBeUndefined();
});

describe('an installation', () => {
  const purpose = { kind: 'install', imageBytes: 2 ** 29, mayReplace: false, isUnfinished: false } as const;
  const ask = (more: Partial<typeof purpose | object>, facts: Partial<BlankFacts>) =>
    refuseFormat({ ...blank, purpose: { ...purpose, ...more }, ...facts });
  const withContent: readonly (readonly [row: number, facts: Partial<BlankFacts>])[] = [
    [7, { family: [{ ...disk, partitions: ['sdb1'] }] }],
    [13, { signatures: [{ offset: 0, type: 'crypto_LUKS' }] }],
    [14, { isZero: false }],
  ];
  const whateverIsSaid = rows.filter(([row]) => ![7, 12, 13, 14].includes(row));

  test('goes onto a blank disk', () => {
    expect(ask({}, {})).toBeUndefined();
  });

  test.each(withContent)('is refused by row %i, unless what is there may be replaced', (row, facts) => {
    expect(ask({}, facts)).toMatchObject({ row });
    expect(ask({ mayReplace: true }, facts)).toBeUndefined();
  });

  test.each(whateverIsSaid)('is refused by row %i, %s, whatever may be replaced: %s', (row, _, __, facts) => {
    expect(ask({ mayReplace: true, isUnfinished: true }, facts)).toMatchObject({ row });
  });

  test('is refused by row 12 where the image is larger than the disk', () => {
    expect(ask({ imageBytes: 2 ** 30 + 1, mayReplace: true }, {})).toMatchObject({ row: 12 });
    expect(ask({ imageBytes: 2 ** 30 }, {})).toBeUndefined();
  });

  test('that was cut off may be done again over its own remains, and over nothing that was made since', () => {
    expect(ask({ isUnfinished: true }, { isZero: false })).toBeUndefined();
    expect(ask({ isUnfinished: true }, { isZero: false, signatures: [{ offset: 1080, type: 'ext4' }] })).toMatchObject({
      row: 13,
    });
    expect(ask({ isUnfinished: true }, { family: [{ ...disk, partitions: ['sdb1'] }] })).toMatchObject({ row: 7 });
  });
});
