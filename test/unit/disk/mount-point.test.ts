import { expect, test } from 'vitest';
import { chooseMountPoint } from '../../../src/disk/mount-point.ts';
import { mountAt } from './disk-example.ts';

const none = { own: undefined, others: new Set<string>() };
const disk = { encodedLabel: 'data', serial: 'disk-42', kernelName: 'sdb' };

test('below the disk root, at the label', () => {
  expect(chooseMountPoint(disk, [], '/data', none)).toBe('/data/data');
});

test('D8: a second disk with the same label gets a folder of its own, and so does a third', () => {
  expect(chooseMountPoint(disk, [mountAt('/srv/data')], '/srv', none)).toBe('/srv/data_2');
  expect(chooseMountPoint(disk, [mountAt('/srv/data'), mountAt('/srv/data_2')], '/srv', none)).toBe('/srv/data_3');
});

test('the same name below another folder takes nothing away', () => {
  expect(chooseMountPoint(disk, [mountAt('/mnt/data')], '/srv', none)).toBe('/srv/data');
});

test('the second disk of a label keeps its name when it comes up first', () => {
  expect(chooseMountPoint(disk, [], '/srv', { own: 'data_2', others: new Set(['data']) })).toBe('/srv/data_2');
});

test('a disk that is not mounted yet keeps its name from one that is new', () => {
  expect(chooseMountPoint(disk, [], '/srv', { own: undefined, others: new Set(['data']) })).toBe('/srv/data_2');
});

test('after a new label the old name is not used any more', () => {
  expect(chooseMountPoint(disk, [], '/srv', { own: 'old_2', others: new Set() })).toBe('/srv/data');
});
