import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Action } from '../../../../src/agent/actions.ts';
import type { DiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import type { Occasion } from '../../../../src/agent/disk/disk-facts.ts';
import { planDisk } from '../../../../src/agent/disk/plan.ts';
import { parseFlags } from '../../../../src/agent/flags/parse-flags.ts';
import { attached, diskFacts, mountAt, record } from './disk-example.ts';

const hooks = {
  'post-disk-attach': '/etc/gandi/hooks/post-disk-attach',
  'pre-disk-detach': '/etc/gandi/hooks/pre-disk-detach',
};
const being: DiskRecord = { ...record, isBeingMounted: true, note: 'to be mounted at /srv/data' };
const detached: DiskRecord = { ...record, isDetached: true, mountPoint: null, note: 'detached' };
const notReady: DiskRecord = { ...record, mountPoint: null, refusal: 'not-ready', note: 'left alone' };
const empty: DiskRecord = { ...notReady, refusal: 'no-capacity' };
const newHere = { reservation: undefined };

const kindsOf = (actions: readonly Action[]) => actions.map(({ kind }) => kind);
const mounting = ['remember-disk', 'mount-disk', 'remember-disk', 'reserve-disk-name', 'remember-disk', 'run-hook'];
const unmounting = ['unmount-disk', 'remove-mount-point', 'run-hook', 'forget-disk'];
const unmountingUntold = ['unmount-disk', 'remove-mount-point', 'forget-disk'];
const yes = [mountAt('/srv/data')];

/** The table "What the record says" of docs/decisions/data-disk.md, row by row. */
const rows: readonly [
  row: number,
  known: DiskRecord | undefined,
  mounts: typeof yes,
  occasions: readonly (Occasion | 'gone')[],
  expected: readonly string[],
][] = [
  [1, undefined, [], ['attached', 'asked'], mounting],
  [2, undefined, [], ['changed'], []],
  [3, { ...record, filledBytes: 1 }, yes, ['attached', 'asked', 'changed'], ['grow-file-system', 'remember-disk']],
  [4, record, [], ['attached', 'changed'], []],
  [5, record, [], ['asked'], mounting],
  [6, being, [], ['attached', 'asked'], mounting],
  [7, being, [], ['changed'], []],
  [
    8,
    being,
    yes,
    ['attached', 'asked', 'changed'],
    ['remember-disk', 'reserve-disk-name', 'remember-disk', 'run-hook'],
  ],
  [9, record, yes, ['gone'], unmounting],
  [10, record, [], ['gone'], ['remove-mount-point', 'forget-disk']],
  [11, being, yes, ['gone'], unmountingUntold],
  [12, being, [], ['gone'], ['forget-disk']],
  [9, { ...record, ownsFolder: false }, yes, ['gone'], ['unmount-disk', 'run-hook', 'forget-disk']],
  [10, { ...record, ownsFolder: false }, [], ['gone'], ['forget-disk']],
  [13, { ...record, isHookDue: true }, yes, ['attached', 'asked', 'changed'], ['remember-disk', 'run-hook']],
  [14, detached, [], ['attached', 'changed'], []],
  [14, detached, yes, ['attached', 'changed'], []],
  [15, detached, [], ['asked'], mounting],
  [16, detached, yes, ['gone'], ['forget-disk']],
  [16, detached, [], ['gone'], ['forget-disk']],
  [17, notReady, [], ['changed'], mounting],
  [18, empty, [], ['changed'], []],
  [19, undefined, [], [], []],
  [20, { ...record, isHookDue: true }, yes, ['gone'], unmountingUntold],
];

function plan(known: DiskRecord | undefined, mounts: typeof yes, occasion: Occasion | 'gone', flagText = '') {
  const facts = diskFacts({ records: known === undefined ? [] : [known], mounts, hooks, ...newHere });
  const isGone = occasion === 'gone';
  const seen = { ...facts, ...(isGone ? { attached: undefined } : { occasion }) };
  return planDisk(seen, parseFlags(flagText).flags).flatMap(({ actions }) => actions);
}

test.each(
  rows.flatMap(([row, known, mounts, occasions, expected]) =>
    occasions.map((each) => ({ row, known, mounts, occasion: each, expected })),
  ),
)('row $row: $occasion', ({ known, mounts, occasion, expected }) => {
  expect(kindsOf(plan(known, mounts, occasion))).toEqual(expected);
});

test('the document has these rows and no others', () => {
  const [, section = ''] = readFileSync('docs/decisions/data-disk.md', 'utf8').split('## What the record says');
  const [table = ''] = section.split('\n## ');
  expect([...table.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row))).toEqual([
    ...new Set(rows.map(([row]) => row)),
  ]);
});

test('row 17: it stays alone while it has the mark', () => {
  const facts = diskFacts({ records: [notReady], occasion: 'changed', attached: { ...attached, isReady: false } });
  expect(planDisk(facts, parseFlags('').flags)).toEqual([]);
});

test('rows 11 and 20: pre-disk-detach is told where there is no hook to tell of the attachment', () => {
  const onlyDetach = { 'pre-disk-detach': hooks['pre-disk-detach'] };
  const facts = diskFacts({ attached: undefined, records: [being], mounts: yes, hooks: onlyDetach });
  const actions = planDisk(facts, parseFlags('').flags).flatMap((step) => step.actions);
  expect(kindsOf(actions)).toEqual(unmounting);
});

test('row 1: it is written down as being mounted before it is, and as mounted after', () => {
  const [before, , after] = plan(undefined, [], 'attached');
  const place = { mountPoint: '/srv/data', key: 'sdb@7' };
  expect(before).toMatchObject({ record: { ...place, isBeingMounted: true, note: 'to be mounted at /srv/data' } });
  expect(after).toMatchObject({ record: { ...place, isBeingMounted: false, note: 'mounted at /srv/data' } });
});

test('row 8: what follows is what would have followed', () => {
  const owned = 'CONFIG_NEW_DISK_OWNER="1000:1000 0750"';
  const [, , ...followed] = plan(undefined, [], 'attached', owned);
  expect(plan(being, yes, 'attached', owned)).toEqual(followed);
});

test('row 13: that the hook is told is written down before it is, and kept with what follows', () => {
  const due = { ...record, isHookDue: true, filledBytes: 1 };
  const [told, hook, , grown] = plan(due, yes, 'changed');
  expect(told).toMatchObject({ record: { ...due, isHookDue: false } });
  expect(hook).toMatchObject({ hook: 'post-disk-attach', arguments: ['/dev/sdb', 'ext4', '/srv/data'] });
  expect(grown).toMatchObject({ record: { isHookDue: false, filledBytes: record.filledBytes } });
});

test('a disk that is another one by now says nothing about this one', () => {
  const other = { ...being, key: 'sdb@6' };
  const facts = diskFacts({ records: [other], attached: { ...attached }, ...newHere });
  expect(kindsOf(planDisk(facts, parseFlags('').flags).flatMap(({ actions }) => actions))).toEqual([
    'forget-disk',
    ...mounting.slice(0, -2),
  ]);
});

test.each([
  [
    'offered to autofs again, as it may not have been',
    [],
    ['remember-disk', 'require-not-elsewhere', 'make-directory', 'write-file', 'remember-disk'],
  ],
  ['not offered again once it is mounted', yes, ['remember-disk']],
])('cut off while it was given to autofs: %s', (_, mounts, expected) => {
  const facts = diskFacts({ records: [{ ...being, onDemand: true }], mounts, automount: 'ours' });
  expect(kindsOf(planDisk(facts, parseFlags('').flags).flatMap(({ actions }) => actions))).toEqual(expected);
});

test('cut off while it was given to autofs, and gone: it is offered no more', () => {
  const facts = diskFacts({ records: [{ ...being, onDemand: true }], attached: undefined, automount: 'ours' });
  expect(kindsOf(planDisk(facts, parseFlags('').flags).flatMap(({ actions }) => actions))).toEqual([
    'remove-file',
    'forget-disk',
  ]);
});
