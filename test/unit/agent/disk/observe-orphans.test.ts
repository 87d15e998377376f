import { expect, test } from 'vitest';
import type { DiskRecord } from '../../../../src/agent/disk/disk-records.ts';
import { observeOrphans } from '../../../../src/agent/disk/observe-orphans.ts';
import { fakeMachine, sysfsDevice } from '../facts/fake-machine.ts';
import { record } from './disk-example.ts';

/** `sdb` is gone; LUKS lies on it, and LVM on that. */
const machine = (changes: Readonly<Record<string, string>> = {}) =>
  fakeMachine({
    ...sysfsDevice('/sys/block/dm-0', {
      ...{ dev: '253:0', size: '90000', diskseq: '9', 'dm/name': 'luks-1', 'dm/uuid': 'CRYPT-LUKS2-1-luks-1' },
    }),
    ...sysfsDevice('/sys/block/dm-1', {
      ...{ dev: '253:1', size: '90000', diskseq: '10', 'dm/name': 'vg-data', 'dm/uuid': 'LVM-1' },
    }),
    '/sys/class/block/dm-0': '->../../block/dm-0',
    '/sys/class/block/dm-1': '->../../block/dm-1',
    '/sys/block/dm-0/slaves/sdb': '->../../sdb',
    '/sys/block/dm-1/slaves/dm-0': '',
    '/proc/swaps': 'Filename Type Size Used Priority\n',
    ...changes,
  });

const gone: DiskRecord = { ...record, fileSystem: 'crypto_LUKS', mountPoint: null, refusal: 'not-a-file-system' };
const seen = async (known: DiskRecord | undefined, allowed = 'luks lvm', changes = {}) => {
  const orphans = await observeOrphans(await machine(changes), allowed.split(' ') as never, known, []);
  return orphans.map(({ device, beneath }) => [device.name, beneath]);
};

test('all that lies on a disk that is gone, with what of it is there still', async () => {
  expect(await seen(gone)).toEqual([
    ['dm-0', []],
    ['dm-1', ['dm-0@9']],
  ]);
});

test.each([
  ['no disk is gone', undefined],
  ['the disk was of another kind', { ...gone, fileSystem: 'ext4' }],
  ['a volume group on it lay on the disk of somebody else too', { ...gone, refusal: 'lvm-foreign' }],
  ['it lay on another disk', { ...gone, key: 'sdd@12' }],
])('nothing is the agent’s to close where %s', async (_, known) => {
  expect(await seen(known)).toEqual([]);
});

test('a stack of which CONFIG_LAYERS does not name each layer is left alone', async () => {
  expect(await seen(gone, 'luks')).toEqual([['dm-0', []]]);
});

test('a stack that lies on a disk that no rule marks too is left alone', async () => {
  const foreign = {
    ...sysfsDevice('/sys/block/sdz', { dev: '65:144', size: '131072', diskseq: '30' }),
    '/sys/class/block/sdz': '->../../block/sdz',
    '/sys/block/dm-0/slaves/sdz': '',
  };
  expect(await seen(gone, 'luks lvm', foreign)).toEqual([]);
});

test('what is on record with what it lies on has its turn anyway', async () => {
  const known = { ...record, key: 'dm-0@9', device: '/dev/dm-0', beneath: ['sdb@7'] };
  const file = { '/run/gandi/disks/dm-0@9.json': JSON.stringify(known) };
  expect(await seen(gone, 'luks lvm', file)).toEqual([['dm-1', ['dm-0@9']]]);
});
