import { expect, test } from 'vitest';
import { observeLayers } from '../../../../src/agent/disk/layers.ts';
import { isRootKnown, isSystemDisk } from '../../../../src/agent/disk/system-disks.ts';
import { fakeMachine } from '../facts/fake-machine.ts';
import { mountAt } from './disk-example.ts';

/** A volume of LVM, on LUKS, on md, on two partitions. */
const machine = () =>
  fakeMachine({
    '/sys/class/block/md0/dev': '9:0\n',
    '/sys/class/block/md0/holders/dm-0': '',
    '/sys/class/block/dm-0/dev': '253:0\n',
    '/sys/class/block/dm-0/dm/name': 'crypt\n',
    '/sys/class/block/dm-0/holders/dm-1': '',
    '/sys/class/block/dm-1/dev': '253:1\n',
    '/sys/class/block/dm-1/dm/name': 'vg-root\n',
  });
const family = [{ path: '/dev/sda1', majorMinor: '8:1', holders: ['md0'] }];

test('what is built on a partition is followed to its top, by both names of a volume', async () => {
  const layers = await observeLayers(await machine(), family);
  expect(layers.map(({ path }) => path)).toEqual([
    '/dev/md0',
    '/dev/dm-0',
    '/dev/mapper/crypt',
    '/dev/dm-1',
    '/dev/mapper/vg-root',
  ]);
});

test.each([
  ['its volume is /', [mountAt('/', '253:1', '/dev/mapper/vg-root')], []],
  [
    'its volume is / as Btrfs, which has a number of its own',
    [{ ...mountAt('/', '0:25', '/dev/mapper/vg-root'), fileSystem: 'btrfs' }],
    [],
  ],
  ['its volume is swap in use', [], [{ path: '/dev/dm-1', type: 'partition', sizeBytes: 1 }]],
])('a disk is the system disk where %s', async (_, mounts, swaps) => {
  const layers = await observeLayers(await machine(), family);
  expect(isSystemDisk([...family, ...layers], mounts, swaps)).toBe(true);
  expect(isSystemDisk(family, mounts, swaps)).toBe(false);
});

test.each([
  ['a disk', mountAt('/', '8:1'), true],
  ['Btrfs', { ...mountAt('/', '0:25', '/dev/sda1'), fileSystem: 'btrfs' }, true],
  ['ZFS', { ...mountAt('/', '0:26', 'rpool/ROOT/debian'), fileSystem: 'zfs' }, false],
  ['NFS', { ...mountAt('/', '0:27', 'server:/root'), fileSystem: 'nfs4' }, false],
  ['an overlay', { ...mountAt('/', '0:28', 'overlay'), fileSystem: 'overlay' }, false],
])('where / is on %s, its disk is known: %s', (_, root, isKnown) => {
  expect(isRootKnown([root])).toBe(isKnown);
});
