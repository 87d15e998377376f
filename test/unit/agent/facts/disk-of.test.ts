import { expect, test } from 'vitest';
import { observeDiskOf } from '../../../../src/core/block-device/block-devices.ts';
import { isSystemDisk } from '../../../../src/agent/disk/system-disks.ts';
import { mountAt } from '../disk/disk-example.ts';
import { fakeMachine, sysfsDevice } from './fake-machine.ts';

const tree = {
  ...sysfsDevice('/sys/block/sdb', { dev: '8:16', size: '8192' }),
  ...sysfsDevice('/sys/block/sdb/sdb1', { dev: '8:17', size: '2048', partition: '1', start: '2048' }),
  ...sysfsDevice('/sys/block/sdc', { dev: '8:32', size: '8192' }),
  '/sys/class/block/sdb': '->../../devices/pci0000:00/host0/block/sdb',
  '/sys/class/block/sdb1': '->../../devices/pci0000:00/host0/block/sdb/sdb1',
  '/sys/class/block/sdc': '->../../devices/pci0000:00/host0/block/sdc',
};

test.each(['sdb', 'sdb1'])(
  'the disk and its partition are found by %s, and no other disk is looked at',
  async (name) => {
    const family = await observeDiskOf(await fakeMachine(tree), name);
    expect(family.map((device) => device.name)).toEqual(['sdb', 'sdb1']);
  },
);

test('a disk that is gone has no family', async () => {
  expect(await observeDiskOf(await fakeMachine(tree), 'sdz')).toEqual([]);
});

test('a disk is the system disk through any of its partitions, and through swap', async () => {
  const family = await observeDiskOf(await fakeMachine(tree), 'sdb');
  const swap = { path: '/dev/sdb1', type: 'partition', sizeBytes: 1 };
  expect(isSystemDisk(family, [mountAt('/', '8:17')], [])).toBe(true);
  expect(isSystemDisk(family, [], [swap])).toBe(true);
  expect(isSystemDisk(family, [mountAt('/srv/data', '8:17')], [])).toBe(false);
  expect(isSystemDisk(family, [mountAt('/', '8:1')], [])).toBe(false);
});
