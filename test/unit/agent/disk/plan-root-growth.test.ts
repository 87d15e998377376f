import { expect, test } from 'vitest';
import { planRootGrowth } from '../../../../src/agent/disk/plan-root-growth.ts';
import type { RootDiskFacts } from '../../../../src/agent/disk/root-disk.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { disk, entry, rootDiskFacts, table } from './root-disk-example.ts';

const flags = parseFlags('').flags;
const kindsOf = (facts: RootDiskFacts, text = '') =>
  planRootGrowth(facts, parseFlags(text).flags)
    .steps.flatMap((step) => step.actions)
    .map(({ kind }) => kind);

const onWholeDisk = rootDiskFacts({ device: disk, table: undefined });

test('the partition first, and the file system in the next round', () => {
  expect(kindsOf(rootDiskFacts())).toEqual(['grow-partition']);
  expect(kindsOf(onWholeDisk)).toEqual(['grow-file-system', 'make-directory', 'write-file']);
});

test.each(['ext3', 'ext4', 'xfs', 'btrfs'])('%s is grown', (fileSystem) => {
  expect(kindsOf({ ...onWholeDisk, fileSystem })).toContain('grow-file-system');
});

test.each(['f2fs', 'overlay', 'squashfs'])('%s is left as it is', (fileSystem) => {
  expect(kindsOf({ ...onWholeDisk, fileSystem })).toEqual([]);
});

test('a device that was filled is filled, in later boots too, until it is larger', () => {
  expect(kindsOf({ ...onWholeDisk, filledBytes: disk.sizeBytes })).toEqual([]);
  expect(kindsOf({ ...onWholeDisk, filledBytes: disk.sizeBytes / 2 })).toContain('grow-file-system');
});

test('a partition that grows is filled again, even if it gets back to a size that was filled before', () => {
  const [step] = planRootGrowth(rootDiskFacts({ filledBytes: 1 }), flags).steps;
  expect(step?.actions.map(({ kind }) => kind)).toEqual(['remove-file', 'grow-partition']);
  expect(step?.actions[0]).toMatchObject({ path: '/var/lib/gandi/root-filled' });
});

test('D11: without a block device behind / no other disk is taken for it', () => {
  expect(kindsOf(rootDiskFacts({ device: undefined, disk: undefined, table: undefined }))).toEqual([]);
});

test('CONFIG_GROW_ROOT=0 leaves all as it is', () => {
  expect(kindsOf(rootDiskFacts(), 'CONFIG_GROW_ROOT=0')).toEqual([]);
  expect(kindsOf(onWholeDisk, 'CONFIG_GROW_ROOT=0')).toEqual([]);
});

test('a partition behind / with unused space behind it is said, and the file system is still made to fill its own', () => {
  const behind = { ...entry, number: 2, start: entry.start + entry.size, size: 2048 };
  const plan = planRootGrowth(rootDiskFacts({ table: table({ entries: [entry, behind] }) }), flags);
  expect(plan.notes).toEqual(['/dev/vda is not grown: partition 2 lies behind the one of / (partition-behind)']);
  expect(plan.steps.map(({ name }) => name)).toEqual(['grow /']);
});
