import { expect, test } from 'vitest';
import { bigTime, foundIn, inodesIn } from '../../../../../src/provision/image/output/clamp-xfs-times.ts';

test('a time is nanoseconds since December 1901', () => {
  expect(bigTime(-(2 ** 31))).toBe('0x0');
  expect(BigInt(bigTime(1_700_000_000))).toBe(3_847_483_648_000_000_000n);
});

test('inodes are read from the list of names', () => {
  expect(inodesIn('        131 etc/.\n     263744 etc/5 six\n')).toEqual([131, 263_744]);
});

test('only an inode of the number that was asked for counts', () => {
  const printed = [
    'core.magic = 0x494e\ncore.mode = 0100644\nv3.inumber = 131',
    'core.magic = 0\ncore.mode = 0\nv3.inumber = 0',
    'core.magic = 0x494e\ncore.mode = 0\nv3.inumber = 133',
    '',
  ].join('\n');
  expect(foundIn(printed)).toEqual([
    { number: 131, isUsed: true },
    { number: 133, isUsed: false },
  ]);
});
