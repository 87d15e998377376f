import { describe, expect, test } from 'vitest';
import { type DataGrowthFacts, decideDataGrowth } from '../../../../src/agent/disk/data-growth.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, diskFacts, mountAt, record } from './disk-example.ts';
import { disk, entry, partition, table } from './root-disk-example.ts';

/** A partition of 3 GiB on a disk of 8 GiB, mounted by the agent. Tests change what they are about. */
const facts: DataGrowthFacts = {
  device: partition,
  disk,
  table: table(),
  mountPoint: '/srv/data',
  isMountedByUs: true,
  bearsStack: false,
  isKept: false,
  isSystemDisk: false,
};

const change = { partition: 1, enlarge: true, renewDiskId: false, renewEntryIds: [] };
const mib = 2 ** 20;
const behind = { ...entry, number: 2, start: entry.start + entry.size, size: 2048 };
const full = { ...entry, size: (disk.sizeBytes - 2 * mib) / 512 };

const rows: ReadonlyArray<readonly [row: number, code: string, because: string, facts: Partial<DataGrowthFacts>]> = [
  [1, 'no-partition', 'it was pulled', { device: undefined }],
  [1, 'no-partition', 'the whole disk', { device: disk }],
  [2, 'not-mounted', 'somebody unmounted it', { isMountedByUs: false }],
  [3, 'system-disk', 'the system is beside it', { isSystemDisk: true }],
  [4, 'in-use', 'LVM is built on it', { device: { ...partition, holders: ['dm-0'] } }],
  [4, 'in-use', 'LVM is built on its disk', { disk: { ...disk, holders: ['dm-0'] } }],
  [5, 'kept-unchanged', 'what is built on it must not change', { isKept: true }],
  [7, 'layered', 'LVM lies between it and its disk', { disk: undefined }],
  [8, 'read-only', 'the disk is read-only', { disk: { ...disk, readOnly: true } }],
  [9, 'whole-disk', 'its disk has no table by now', { table: undefined }],
  [10, 'unknown-table', 'a table of another kind', { table: table({ label: 'sun' }) }],
  [11, 'hybrid-table', 'a hybrid MBR', { table: table({ isHybrid: true }) }],
  [12, 'damaged-table', 'sfdisk remarks something', { table: table({ remarks: ['The backup GPT table is corrupt'] }) }],
  [13, 'table-changed', 'it starts elsewhere', { table: table({ entries: [{ ...entry, start: 4096 }] }) }],
  [14, 'logical-partition', 'in an extended partition', logical()],
  [
    15,
    'overlap',
    'another overlaps it',
    { table: table({ entries: [{ ...behind, start: 1024, size: 2048 }, entry] }) },
  ],
  [16, 'partition-behind', 'another lies behind it', { table: table({ entries: [entry, behind] }) }],
  [
    17,
    'filled',
    'no space is left',
    { table: table({ entries: [full] }), device: { ...partition, sizeBytes: full.size * 512 } },
  ],
  [17, 'filled', 'a null GUID of a data disk is not a reason to write', filledWithNullId()],
];

test.each(rows)('row %i, %s: %s', (row, code, _, changes) => {
  expect(decideDataGrowth({ ...facts, ...changes })).toMatchObject({ kind: 'leave', row, code });
});

test('row 4 lets through: what is built on the partition is what the agent mounted', () => {
  const device = { ...partition, holders: ['dm-0'] };
  expect(decideDataGrowth({ ...facts, device, bearsStack: true })).toMatchObject({ kind: 'grow' });
  const besides = { ...disk, holders: ['dm-1'] };
  expect(decideDataGrowth({ ...facts, device, bearsStack: true, disk: besides })).toMatchObject({ row: 4 });
});

test('row 6 is never reached, as what is on no block device is not a partition', () => {
  expect(decideDataGrowth({ ...facts, device: undefined })).toMatchObject({ row: 1 });
});

test('row 18: enlarged, and no GUID is drawn again', () => {
  expect(decideDataGrowth({ ...facts, table: table({ id: '00000000-0000-0000-0000-000000000000' }) })).toEqual({
    kind: 'grow',
    row: 18,
    change,
  });
});

test('row 18: the table is right, and only the kernel does not know it', () => {
  const decision = decideDataGrowth({ ...facts, table: table({ entries: [full] }) });
  expect(decision).toMatchObject({ kind: 'grow', change: { enlarge: false } });
});

describe('the plan for a partition of a data disk', () => {
  const mounted = {
    ...record,
    key: 'vda1@7',
    device: '/dev/vda1',
    majorMinor: '254:1',
    filledBytes: partition.sizeBytes,
  };
  const world = diskFacts({
    kernelName: 'vda1',
    attached: { ...attached, device: partition, disk, wholeDisk: '/dev/vda' },
    records: [mounted],
    mounts: [mountAt('/srv/data', '254:1', '/dev/vda1')],
    occasion: 'changed',
    table: table(),
  });
  const kinds = (text: string, changes = {}) =>
    planDisk({ ...world, ...changes }, parseFlags(text).flags).flatMap(({ actions }) => actions);

  test('is nothing by default', () => {
    expect(kinds('')).toEqual([]);
    expect(kinds('CONFIG_GROW_PARTITION=1\nCONFIG_GROW=0')).toEqual([]);
  });

  test('is the partition with CONFIG_GROW_PARTITION=1, its file system in the round after it', () => {
    const flags = 'CONFIG_GROW_PARTITION=1';
    expect(kinds(flags)).toEqual([
      { kind: 'grow-partition', mountPoint: '/srv/data', disk: 'vda', diskSequence: 7, ...change },
    ]);
    const device = { ...partition, sizeBytes: full.size * 512 };
    const grown = { attached: { ...attached, device, disk, wholeDisk: '/dev/vda' }, table: table({ entries: [full] }) };
    expect(kinds(flags, grown).map(({ kind }) => kind)).toEqual(['grow-file-system', 'remember-disk']);
  });

  test('is nothing where it is not mounted by the agent', () => {
    expect(kinds('CONFIG_GROW_PARTITION=1', { mounts: [] })).toEqual([]);
    expect(kinds('CONFIG_GROW_PARTITION=1', { records: [] })).toEqual([]);
  });
});

function logical(): Partial<DataGrowthFacts> {
  const inside = { ...entry, number: 5 };
  const device = { ...partition, partition: { ...partition.partition, number: 5 } };
  return { device, table: table({ label: 'dos', entries: [inside] }) };
}

function filledWithNullId(): Partial<DataGrowthFacts> {
  const id = '00000000-0000-0000-0000-000000000000';
  return { table: table({ id, entries: [full] }), device: { ...partition, sizeBytes: full.size * 512 } };
}
