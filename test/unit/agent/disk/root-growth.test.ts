import { expect, test } from 'vitest';
import { decideRootGrowth } from '../../../../src/agent/disk/root-growth.ts';
import type { PartitionTable } from '../../../../src/core/block-device/partition-table.ts';
import type { RootDiskFacts } from '../../../../src/agent/disk/root-disk.ts';
import { disk, entry, partition, rootDiskFacts, table } from './root-disk-example.ts';

const withTable = (changes: Partial<PartitionTable>) => rootDiskFacts({ table: table(changes) });
const mbr = { label: 'dos', id: '0x12345678' };
const behind = { ...entry, number: 2, start: entry.start + entry.size, size: 2048 };
const nullGuid = '00000000-0000-0000-0000-000000000000';
const full = { ...disk, sizeBytes: (entry.start + entry.size + 34) * 512 };

/** Row, code, facts; each differs from those of row 13 in what its row is about. */
const refusals: ReadonlyArray<readonly [number, string, RootDiskFacts]> = [
  [1, 'no-block-device', rootDiskFacts({ device: undefined, disk: undefined, table: undefined })],
  [2, 'layered', rootDiskFacts({ disk: undefined, table: undefined })],
  [3, 'read-only', rootDiskFacts({ disk: { ...disk, readOnly: true } })],
  [4, 'whole-disk', rootDiskFacts({ device: disk, table: undefined })],
  [5, 'unknown-table', withTable({ label: 'sun' })],
  [6, 'hybrid-table', withTable({ isHybrid: true })],
  [7, 'damaged-table', withTable({ remarks: ['The primary GPT table is corrupt, but the backup appears OK'] })],
  [7, 'damaged-table', withTable({ ...mbr, entries: [{ ...entry, type: 'ee' }] })],
  [8, 'table-changed', withTable({ entries: [{ ...entry, start: 4096 }] })],
  [8, 'table-changed', withTable({ entries: [{ ...entry, size: entry.size - 2048 }] })],
  [8, 'table-changed', withTable({ entries: [{ ...entry, number: 2 }] })],
  [9, 'logical-partition', logical()],
  [10, 'overlap', withTable({ entries: [entry, { ...entry, number: 2, start: 34, size: 4096 }] })],
  [11, 'partition-behind', withTable({ entries: [entry, behind] })],
  [12, 'filled', rootDiskFacts({ disk: full })],
];

test.each(refusals)('row %i: %s: the table is left as it is', (row, code, facts) => {
  expect(decideRootGrowth(facts)).toMatchObject({ kind: 'leave', row, code });
});

test('row 13: free space behind the partition of / is taken', () => {
  expect(decideRootGrowth(rootDiskFacts())).toEqual({
    kind: 'grow',
    row: 13,
    change: { partition: 1, enlarge: true, renewDiskId: false, renewEntryIds: [] },
  });
});

test('row 13: an MBR too', () => {
  expect(decideRootGrowth(withTable(mbr))).toMatchObject({ kind: 'grow', change: { enlarge: true } });
});

test('row 13: power failed before the kernel was told: it is told, and nothing written', () => {
  const kernel = { ...partition, sizeBytes: partition.sizeBytes / 2 };
  const facts = rootDiskFacts({ disk: full, device: kernel });
  expect(decideRootGrowth(facts)).toMatchObject({ kind: 'grow', change: { enlarge: false } });
});

test('row 13: GUIDs of nothing but zeros are drawn again, also on a disk that is full', () => {
  const facts = rootDiskFacts({ disk: full, table: table({ id: nullGuid, entries: [{ ...entry, uuid: nullGuid }] }) });
  const change = { enlarge: false, renewDiskId: true, renewEntryIds: [1] };
  expect(decideRootGrowth(facts)).toMatchObject({ kind: 'grow', change });
});

test('D14: a GUID that is not null is never drawn again', () => {
  const decision = decideRootGrowth(withTable({ id: nullGuid }));
  expect(decision).toMatchObject({ change: { renewDiskId: true, renewEntryIds: [] } });
});

test('a partition in front of / is not a hindrance', () => {
  const boot = { ...entry, number: 14, start: 34, size: 1000 };
  expect(decideRootGrowth(withTable({ entries: [boot, entry] })).kind).toBe('grow');
});

test.each([
  ['said where space lies behind it that nobody uses', disk, true],
  ['not worth a word where it ends the disk, as swap does on many machines', filledBehind(), false],
])('a partition behind / is %s', (_, onDisk, tell) => {
  expect(decideRootGrowth(rootDiskFacts({ disk: onDisk, table: table({ entries: [entry, behind] }) }))).toMatchObject({
    code: 'partition-behind',
    tell,
  });
});

test('an MBR cannot name what lies behind 2 TiB', () => {
  const size = 2 ** 32 - entry.start;
  const huge = { ...disk, sizeBytes: 4 * 1024 ** 4 };
  const facts = rootDiskFacts({
    disk: huge,
    device: { ...partition, sizeBytes: size * 512 },
    table: table({ ...mbr, entries: [{ ...entry, size }] }),
  });
  expect(decideRootGrowth(facts)).toMatchObject({ kind: 'leave', code: 'filled' });
});

function logical(): RootDiskFacts {
  const device = { ...partition, partition: { ...partition.partition, number: 5 } };
  return rootDiskFacts({ device, table: table({ ...mbr, entries: [{ ...entry, number: 5 }] }) });
}

function filledBehind() {
  return { ...disk, sizeBytes: (behind.start + behind.size + 34) * 512 };
}
