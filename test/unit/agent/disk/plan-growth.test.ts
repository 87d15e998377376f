import { expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import { noAssignmentFacts } from '../../../../src/agent/disk/assignment-facts.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, bigger, device, diskFacts, mountAt, record } from './disk-example.ts';

const flags = parseFlags('').flags;

function actionsOf(...args: Parameters<typeof planDisk>): readonly Action[] {
  return planDisk(...args).flatMap((step) => step.actions);
}

const kindsOf = (actions: readonly Action[]) => actions.map(({ kind }) => kind);

test('a file system that is smaller than its disk is grown once it is mounted', () => {
  const mounted = { ...record, filledBytes: null };
  const facts = diskFacts({ attached: bigger, records: [mounted], mounts: [mountAt('/srv/data')] });
  const actions = actionsOf(facts, flags);
  expect(kindsOf(actions)).toEqual(['grow-file-system', 'remember-disk']);
  expect(actions[0]).toMatchObject({ device: '/dev/sdb', mountPoint: '/srv/data', growth: 'resize2fs' });
  expect(actions[1]).toMatchObject({ record: { filledBytes: 128 * 2 ** 20 } });
});

test('L9: a mounted disk that was resized is grown, once for its size', () => {
  const facts = diskFacts({ attached: bigger, occasion: 'changed', records: [record], mounts: [mountAt('/srv/data')] });
  const actions = actionsOf(facts, flags);
  expect(kindsOf(actions)).toEqual(['grow-file-system', 'remember-disk']);
  const filled = { ...record, filledBytes: 128 * 2 ** 20 };
  expect(planDisk({ ...facts, records: [filled] }, flags)).toEqual([]);
});

test('nothing is grown while a file that may mean the disk has a mistake: it may have said that nothing is to change', () => {
  const mistaken = [{ name: 'b', file: 'b.conf', selectors: {}, mistakes: ['line 1: OPTION: is not known'] }];
  const facts = diskFacts({ attached: bigger, occasion: 'changed', records: [record], mounts: [mountAt('/srv/data')] });
  expect(planDisk({ ...facts, assignments: { ...noAssignmentFacts, mistaken } }, flags)).toEqual([]);
  expect(kindsOf(actionsOf(facts, flags))).toContain('grow-file-system');
});

test.each([
  ['a disk that shrank', { ...attached, device: { ...device, sizeBytes: 2 ** 20 } }, ''],
  ['a read-only disk', { ...bigger, device: { ...bigger.device, readOnly: true } }, ''],
  ['a type that cannot grow', { ...bigger, fileSystem: 'vfat' }, ''],
  ['growth switched off', bigger, 'CONFIG_GROW=0'],
])('nothing is grown: %s', (_, disk, flagText) => {
  const facts = diskFacts({ attached: disk, occasion: 'changed', records: [record], mounts: [mountAt('/srv/data')] });
  expect(planDisk(facts, parseFlags(flagText).flags)).toEqual([]);
});

test('a Btrfs of less than 256 MiB is not grown, which the kernel refuses, and is asked again once its disk is larger', () => {
  const disk = (mebibytes: number) => ({
    ...attached,
    fileSystem: 'btrfs',
    device: { ...device, sizeBytes: mebibytes * 2 ** 20 },
  });
  const facts = diskFacts({ attached: disk(255), records: [record], mounts: [mountAt('/srv/data')] });
  const [small, ...others] = actionsOf(facts, flags);
  if (small?.kind !== 'remember-disk') throw new Error('expected it to be remembered only');
  expect(others).toEqual([]);
  const after = { ...facts, records: [small.record] };
  expect(planDisk(after, flags)).toEqual([]);
  expect(kindsOf(actionsOf({ ...after, attached: disk(256) }, flags))).toEqual(['grow-file-system', 'remember-disk']);
});
