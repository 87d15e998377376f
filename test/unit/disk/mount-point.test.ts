import { expect, test } from 'vitest';
import { chooseMountPoint } from '../../../src/disk/mount-point.ts';
import { mountAt } from './disk-example.ts';

const disk = { encodedLabel: 'data', serial: 'disk-42', kernelName: 'sdb' };

test('below the disk root, at the label', () => {
  expect(chooseMountPoint(disk, [], '/data')).toBe('/data/data');
});

test('D8: a second disk with the same label gets a folder of its own, and so does a third', () => {
  expect(chooseMountPoint(disk, [mountAt('/srv/data')], '/srv')).toBe('/srv/data_2');
  expect(chooseMountPoint(disk, [mountAt('/srv/data'), mountAt('/srv/data_2')], '/srv')).toBe('/srv/data_3');
});

test('the same name below another folder takes nothing away', () => {
  expect(chooseMountPoint(disk, [mountAt('/mnt/data')], '/srv')).toBe('/srv/data');
});
