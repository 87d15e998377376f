import { expect, test } from 'vitest';
import { decide } from '../../../../src/core/decision/decision-table.ts';
import type { LayerName } from '../../../../src/agent/flags/layer-names.ts';
import { isOfOthers, stackTable } from '../../../../src/agent/stack/stack-decision.ts';
import { isOnDataDisks, type Stack } from '../../../../src/agent/stack/stack.ts';
import { array, bottom, container, groupUuid, stack, volume, volumeUuid } from './stack-example.ts';

const all: readonly LayerName[] = ['luks', 'lvm', 'md', 'multipath'];

function answer(changes: Partial<Stack>, { allowed = all, isAsked = false } = {}) {
  return decide(stackTable, { stack: { ...stack, ...changes }, allowed, isAsked });
}

test('nothing speaks against a volume that lies on data disks only', () => {
  expect(answer({})).toBeUndefined();
  expect(answer({ layers: [volume, container, array] })).toBeUndefined();
  expect(isOnDataDisks(stack)).toBe(true);
});

test('row 1, layer-unknown: a mapping that the agent does not know is in the stack', () => {
  const unknown = { ...container, kind: null, mapperUuid: null };
  expect(answer({ layers: [volume, unknown] })?.because).toBe('/dev/dm-1 is neither LUKS2, LVM, md nor multipath');
});

test('row 2, layer-off: the flag has to name each layer, not only the top', () => {
  const layers = [volume, container];
  expect(answer({ layers }, { allowed: ['lvm'] })?.because).toBe(
    '/dev/dm-1 is of luks, which CONFIG_LAYERS does not name',
  );
  expect(answer({ layers }, { allowed: ['luks'] })?.code).toBe('layer-off');
  expect(answer({ layers }, { allowed: ['lvm', 'luks'] })).toBeUndefined();
});

test('row 3, no-disk-beneath: nothing is proven of a device without a disk', () => {
  expect(answer({ bottoms: [] })?.code).toBe('no-disk-beneath');
  expect(isOnDataDisks({ ...stack, bottoms: [] })).toBe(false);
});

test('row 4, system-beneath: one of its disks is the one that the system runs from', () => {
  expect(answer({ bottoms: [bottom, { ...bottom, path: '/dev/sda2', isSystemDisk: true }] })?.because).toBe(
    'it lies on /dev/sda2, which the system runs from',
  );
});

test('row 5, foreign-disk: one disk that no rule marks is enough', () => {
  const bottoms = [bottom, { ...bottom, path: '/dev/sdd', isDataDisk: false }];
  expect(answer({ bottoms })?.because).toBe('it lies on /dev/sdd, which is not a data disk');
  expect(isOnDataDisks({ ...stack, bottoms })).toBe(false);
});

test('row 6, detached-beneath: a disk that the platform is about to take is not used, unless a person asks', () => {
  const bottoms = [bottom, { ...bottom, path: '/dev/sdc', isDetached: true }];
  expect(answer({ bottoms })?.code).toBe('detached-beneath');
  expect(answer({ bottoms }, { isAsked: true })).toBeUndefined();
});

test.each(['-tdata', '-real', '-cow'])('row 7, internal-volume: %s', (suffix) => {
  const layers = [{ ...volume, mapperUuid: `LVM-${groupUuid}${volumeUuid}${suffix}` }];
  expect(answer({ layers })?.code).toBe('internal-volume');
});

test('row 7 lets through: a volume on top of what LVM keeps to itself', () => {
  const internal = { ...volume, name: 'dm-2', mapperUuid: `LVM-${groupUuid}${volumeUuid}-tpool` };
  expect(answer({ layers: [volume, internal] })).toBeUndefined();
});

test.each(['raid0', 'raid5', ''])('row 8, array-level: %j', (level) => {
  expect(answer({ layers: [{ ...array, array: { isStarted: true, level, missing: 0 } }] })?.code).toBe('array-level');
});

test('row 9, array-degraded: what is on it may be old, unless a person says otherwise', () => {
  const layers = [{ ...array, array: { isStarted: true, level: 'raid1', missing: 1 } }];
  expect(answer({ layers })?.code).toBe('array-degraded');
  expect(answer({ layers }, { isAsked: true })).toBeUndefined();
});

test('row 10, array-waits: an array that is not started says nothing of itself, not even its level', () => {
  const layers = [{ ...array, array: { isStarted: false, level: '', missing: 0 } }];
  expect(answer({ layers }, { isAsked: true })?.because).toBe('/dev/md127 waits for its other members');
});

test("rows 1 to 5 say that it is somebody else's, and the others that it is not mounted now", () => {
  const codes = stackTable.rows.filter(({ code }) => isOfOthers(code)).map(({ row }) => row);
  expect(codes).toEqual([1, 2, 3, 4, 5]);
});
