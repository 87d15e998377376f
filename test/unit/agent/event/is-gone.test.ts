import { expect, test } from 'vitest';
import { isGone } from '../../../../src/agent/event/is-gone.ts';
import type { SpooledEvent } from '../../../../src/agent/event/spool.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const event = (devicePath: string, sequence: string): SpooledEvent => ({
  entry: '7-disk',
  sequence: 7,
  handler: 'disk',
  action: 'change',
  devicePath,
  spooledAt: 1,
  properties: { DISKSEQ: sequence },
});

test('a disk of its name with another number is another disk', async () => {
  const { system } = await machineTree({ '/sys/devices/block/sdb/diskseq': '15\n' });
  expect(await isGone(event('/devices/block/sdb', '15'), system)).toBe(false);
  expect(await isGone(event('/devices/block/sdb', '14'), system)).toBe(true);
});

test('an array is the same one when its number has changed, which it does whenever it is opened', async () => {
  const { system } = await machineTree({ '/sys/devices/virtual/block/md7/diskseq': '17\n' });
  expect(await isGone(event('/devices/virtual/block/md7', '16'), system)).toBe(false);
});

test('what is not in sysfs has gone', async () => {
  const { system } = await machineTree({});
  expect(await isGone(event('/devices/virtual/block/md7', '16'), system)).toBe(true);
});
