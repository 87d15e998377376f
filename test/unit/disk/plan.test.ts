import { expect, test } from 'vitest';
import type { Action } from '../../../src/action.ts';
import { planDetach, planDisk } from '../../../src/disk/plan.ts';
import { parseFlags } from '../../../src/flags/parse-flags.ts';
import { attached, device, diskFacts, mountAt, record } from './disk-example.ts';

const flags = parseFlags('').flags;

function actionsOf(...args: Parameters<typeof planDisk>): readonly Action[] {
  return planDisk(...args).flatMap((step) => step.actions);
}

const kindsOf = (actions: readonly Action[]) => actions.map(({ kind }) => kind);

test('an attached ext4 is mounted at its label, remembered, and the hook is told', () => {
  const actions = actionsOf(diskFacts({ hooks: { 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' } }), flags);
  expect(kindsOf(actions)).toEqual(['mount-disk', 'remember-disk', 'run-hook']);
  expect(actions[0]).toMatchObject({
    device: '/dev/sdb',
    diskSequence: 7,
    fileSystem: 'ext4',
    mountPoint: '/srv/data',
    options: ['rw', 'nosuid', 'nodev', 'noatime', 'errors=remount-ro'],
  });
  expect(actions[2]).toMatchObject({ hook: 'post-disk-attach', arguments: ['/dev/sdb', 'ext4', '/srv/data'] });
});

test('nothing is left to do once it is mounted and remembered', () => {
  expect(planDisk(diskFacts({ records: [record], mounts: [mountAt('/srv/data')] }), flags)).toEqual([]);
});

test('L13: a disk that the admin unmounted stays unmounted, whatever event comes', () => {
  expect(planDisk(diskFacts({ records: [record] }), flags)).toEqual([]);
  expect(planDisk(diskFacts({ records: [record], occasion: 'changed' }), flags)).toEqual([]);
});

test('a change of a disk that was never mounted mounts nothing', () => {
  expect(planDisk(diskFacts({ occasion: 'changed' }), flags)).toEqual([]);
});

test('D16: a folder that holds files is not mounted over', () => {
  const actions = actionsOf(diskFacts({ mountPoint: { path: '/srv/data', state: 'not-empty' } }), flags);
  expect(kindsOf(actions)).toEqual(['remember-disk']);
  expect(actions[0]).toMatchObject({ record: { mountPoint: null, note: expect.stringContaining('holds files') } });
});

test('an empty folder that is there already is used', () => {
  const facts = diskFacts({ mountPoint: { path: '/srv/data', state: 'empty' } });
  expect(actionsOf(facts, flags)[0]).toMatchObject({ mountPoint: '/srv/data' });
});

test('a read-only disk is mounted read-only', () => {
  const readOnly = { ...attached, device: { ...device, readOnly: true } };
  const [action] = actionsOf(diskFacts({ attached: readOnly }), flags);
  expect(action).toMatchObject({ options: ['nosuid', 'nodev', 'noatime', 'errors=remount-ro', 'ro'] });
});

test('options of the admin can add to nosuid and nodev, and not take them away', () => {
  const edited = parseFlags('CONFIG_MOUNT_PARAMS="defaults,suid,dev,relatime,user"').flags;
  expect(actionsOf(diskFacts(), edited)[0]).toMatchObject({
    options: ['relatime', 'nosuid', 'nodev', 'errors=remount-ro'],
  });
});

test('a disk that is gone: hook, unmount, folder removed, forgotten', () => {
  const hooks = { 'pre-disk-detach': '/etc/gandi/hooks/pre-disk-detach' };
  const gone = diskFacts({ attached: undefined, records: [record], mounts: [mountAt('/srv/data')], hooks });
  const actions = actionsOf(gone, flags);
  expect(kindsOf(actions)).toEqual(['run-hook', 'unmount-disk', 'remove-mount-point', 'forget-disk']);
  expect(actions[0]).toMatchObject({ hook: 'pre-disk-detach', arguments: ['/dev/sdb', '/srv/data'] });
  expect(actions[1]).toMatchObject({ mountPoint: '/srv/data', lazy: true });
});

test('a hook that fails does not keep the stale mount', () => {
  const hooks = { 'pre-disk-detach': '/etc/gandi/hooks/pre-disk-detach' };
  const gone = diskFacts({ attached: undefined, records: [record], mounts: [mountAt('/srv/data')], hooks });
  const [hookStep, unmountStep] = planDisk(gone, flags);
  expect(kindsOf(hookStep?.actions ?? [])).toEqual(['run-hook']);
  expect(unmountStep?.needsAllBefore).toBeFalsy();
});

test('a mount of another device at the same place is not ours to unmount', () => {
  const gone = diskFacts({
    attached: undefined,
    records: [record],
    mounts: [mountAt('/srv/data', '8:32', '/dev/sdc')],
  });
  expect(kindsOf(actionsOf(gone, flags))).toEqual(['remove-mount-point', 'forget-disk']);
});

test('D13: without a mount of ours no folder is removed', () => {
  const never = { ...record, mountPoint: null };
  expect(kindsOf(actionsOf(diskFacts({ attached: undefined, records: [never] }), flags))).toEqual(['forget-disk']);
});

test('a kernel name that is used again is another disk: the old one is cleaned up, the new one mounted', () => {
  const old = { ...record, key: 'sdb@6', mountPoint: '/srv/old', majorMinor: '8:16' };
  const facts = diskFacts({
    records: [old],
    mounts: [mountAt('/srv/old', '8:16')],
    attached: { ...attached, device: { ...device, majorMinor: '8:64' } },
  });
  expect(kindsOf(actionsOf(facts, flags))).toEqual([
    'unmount-disk',
    'remove-mount-point',
    'forget-disk',
    'mount-disk',
    'remember-disk',
  ]);
});

test('a disk that the admin unmounted is mounted when it is asked for', () => {
  const actions = actionsOf(diskFacts({ records: [record], occasion: 'asked' }), flags);
  expect(kindsOf(actions)).toEqual(['mount-disk', 'remember-disk']);
});

test('a pulled disk is told as what it is, with the way to do better', () => {
  const gone = diskFacts({ attached: undefined, records: [record], mounts: [mountAt('/srv/data')] });
  const [problem] = planDisk(gone, flags).flatMap((step) => step.problem ?? []);
  expect(problem).toMatch(/\/srv\/data was pulled.*lost.*disk detach data/);
});

test('a disk that was unmounted before it was pulled is no problem', () => {
  const gone = diskFacts({ attached: undefined, records: [record] });
  expect(planDisk(gone, flags).some((step) => step.problem !== undefined)).toBe(false);
});

test('the name of a file system that is new here is kept for it', () => {
  const actions = actionsOf(diskFacts({ reservedName: undefined }), flags);
  expect(actions).toContainEqual({ kind: 'reserve-disk-name', uuid: attached.uuid, name: 'data' });
});

test('a disk that is left alone is remembered once', () => {
  const blank = diskFacts({ attached: { ...attached, fileSystem: undefined, usage: undefined } });
  const [action] = actionsOf(blank, flags);
  if (action?.kind !== 'remember-disk') throw new Error('expected it to be remembered');
  expect(planDisk({ ...blank, records: [action.record] }, flags)).toEqual([]);
});

const bigger = { ...attached, device: { ...device, sizeBytes: 128 * 2 ** 20 } };

test('a file system that is smaller than its disk is grown once it is mounted', () => {
  const mounted = { ...record, filledBytes: null };
  const facts = diskFacts({ attached: bigger, records: [mounted], mounts: [mountAt('/srv/data')] });
  const actions = actionsOf(facts, flags);
  expect(kindsOf(actions)).toEqual(['grow-file-system', 'remember-disk']);
  expect(actions[0]).toMatchObject({ device: '/dev/sdb', mountPoint: '/srv/data', growth: 'resize2fs' });
  expect(actions[1]).toMatchObject({ record: { filledBytes: 128 * 2 ** 20 } });
});

test('L12: the hook is in the step of the mount: it is not told of a disk that could not be mounted', () => {
  const hooks = { 'post-disk-attach': '/etc/gandi/hooks/post-disk-attach' };
  const steps = planDisk(diskFacts({ hooks }), flags);
  expect(steps.map((step) => kindsOf(step.actions))).toEqual([['mount-disk', 'remember-disk', 'run-hook']]);
});

test('L9: a mounted disk that was resized is grown, once for its size', () => {
  const facts = diskFacts({ attached: bigger, occasion: 'changed', records: [record], mounts: [mountAt('/srv/data')] });
  const actions = actionsOf(facts, flags);
  expect(kindsOf(actions)).toEqual(['grow-file-system', 'remember-disk']);
  const filled = { ...record, filledBytes: 128 * 2 ** 20 };
  expect(planDisk({ ...facts, records: [filled] }, flags)).toEqual([]);
});

test.each([
  ['where udev does not tell the size of the file system, that is not known', undefined, null],
  ['where the file system fills the device, that is known from the start', 64 * 2 ** 20, 64 * 2 ** 20],
])('%s', (_, fileSystemBytes, filledBytes) => {
  const actions = actionsOf(diskFacts({ attached: { ...attached, fileSystemBytes } }), flags);
  expect(actions).toContainEqual(expect.objectContaining({ record: expect.objectContaining({ filledBytes }) }));
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

test('detach by command: hook, unmount without force, folder removed, forgotten, released', () => {
  const hooks = { 'pre-disk-detach': '/etc/gandi/hooks/pre-disk-detach' };
  const steps = planDetach(record, attached, diskFacts({ records: [record], mounts: [mountAt('/srv/data')], hooks }));
  const actions = steps.flatMap((step) => step.actions);
  expect(kindsOf(actions)).toEqual(['run-hook', 'unmount-disk', 'remove-mount-point', 'forget-disk', 'release-disk']);
  expect(actions[1]).toMatchObject({ lazy: false });
});

test('a partition is not released: the others of its disk may be in use', () => {
  const partition = { number: 1, startBytes: 2 ** 20, name: null, uuid: null };
  const disk = { ...attached, device: { ...device, name: 'sdb1', partition, parent: 'sdb' } };
  const actions = planDetach(record, disk, diskFacts()).flatMap((step) => step.actions);
  expect(kindsOf(actions)).not.toContain('release-disk');
});
