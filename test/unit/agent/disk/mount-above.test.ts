import { expect, test } from 'vitest';
import { isKeptAbove, mountAbove } from '../../../../src/agent/disk/mount-above.ts';
import { mountAt, record } from './disk-example.ts';

const partition = { name: 'sdb1', diskSequence: 7, holders: ['dm-0'] };
const container = { ...record, key: 'dm-0@12', majorMinor: '253:0', mountPoint: null, beneath: ['sdb1@7'] };
const volume = { ...record, key: 'dm-1@13', majorMinor: '253:1', beneath: ['dm-0@12', 'sdb1@7'] };
const mounts = [mountAt('/srv/data', '253:1', '/dev/mapper/vg-data')];

test('what the agent mounted further up is found', () => {
  expect(mountAbove(partition, [container, volume], mounts)).toBe('/srv/data');
});

test.each([
  ['it is not mounted', partition, [container, volume], []],
  ['it lies on another disk of that name', { ...partition, diskSequence: 8 }, [container, volume], mounts],
  ['something else lies on the device too', { ...partition, holders: ['dm-0', 'dm-9'] }, [container, volume], mounts],
])('nothing is where %s', (_, device, records, seen) => {
  expect(mountAbove(device, records, seen)).toBeUndefined();
});

test('what must not change is found however deep it lies, and only on this disk', () => {
  const kept = { ...volume, isSetReadOnly: true };
  expect(isKeptAbove(partition, [container, kept])).toBe(true);
  expect(isKeptAbove(partition, [container, volume])).toBe(false);
  expect(isKeptAbove({ ...partition, diskSequence: 8 }, [container, kept])).toBe(false);
});
