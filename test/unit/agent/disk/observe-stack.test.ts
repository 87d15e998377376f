import { expect, test } from 'vitest';
import { observeStack } from '../../../../src/agent/disk/observe-stack.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';

/** A volume of LVM on an open LUKS container on a partition, and on a whole disk. */
const machine = () =>
  fakeMachine({
    ...sysfsDevice('/sys/block/sdb', { dev: '8:16', size: '131072', diskseq: '7' }),
    ...sysfsDevice('/sys/block/sdb/sdb1', { dev: '8:17', size: '100000', partition: '1', start: '2048' }),
    ...sysfsDevice('/sys/block/sdc', { dev: '8:32', size: '131072', diskseq: '8' }),
    ...sysfsDevice('/sys/block/dm-0', {
      dev: '253:0',
      size: '90000',
      diskseq: '9',
      'dm/name': 'secret',
      'dm/uuid': 'CRYPT-LUKS2-1-secret',
    }),
    ...sysfsDevice('/sys/block/dm-1', {
      dev: '253:1',
      size: '90000',
      diskseq: '10',
      'dm/name': 'vg-data',
      'dm/uuid': 'LVM-1',
    }),
    '/sys/class/block/sdb': '->../../block/sdb',
    '/sys/class/block/sdb1': '->../../block/sdb/sdb1',
    '/sys/class/block/sdc': '->../../block/sdc',
    '/sys/class/block/dm-0': '->../../block/dm-0',
    '/sys/class/block/dm-1': '->../../block/dm-1',
    '/sys/block/dm-0/slaves/sdb1': '',
    '/sys/block/dm-1/slaves/dm-0': '',
    '/sys/block/dm-1/slaves/sdc': '',
    '/proc/swaps': 'Filename Type Size Used Priority\n',
  });

test('a layered device is followed down to its disks', async () => {
  const stack = await observeStack(await machine(), 'dm-1', []);
  expect(stack?.layers.map(({ path, kind, mapperName }) => [path, kind, mapperName])).toEqual([
    ['/dev/dm-1', 'lvm', 'vg-data'],
    ['/dev/dm-0', 'luks', 'secret'],
  ]);
  expect(stack?.bottoms.map(({ path, disk }) => [path, disk])).toEqual([
    ['/dev/sdc', '/dev/sdc'],
    ['/dev/sdb1', '/dev/sdb'],
  ]);
  expect(stack?.beneath).toEqual(['dm-0@9', 'sdc@8', 'sdb1@7']);
});

test('a disk lies on nothing', async () => {
  expect(await observeStack(await machine(), 'sdb', [])).toBeUndefined();
});
