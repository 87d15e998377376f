import { expect, test } from 'vitest';
import { pulledSwaps } from '../../../../src/agent/swap-disk/pulled-swaps.ts';
import { parseSwaps } from '../../../../src/core/block-device/mounts.ts';

test('a swap whose device node is gone, as Linux 6.1 shows it, and none that is there', () => {
  const text = [
    'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority',
    '/dev/xvdz\\040(deleted)                  partition\t261116\t\t0\t\t-2',
    '/dev/xvdz                               partition\t261116\t\t0\t\t-3',
    '/swap\\040(deleted)                      file\t\t261116\t\t0\t\t-4',
  ];
  expect(pulledSwaps(parseSwaps(text.join('\n')))).toEqual(['/dev/xvdz']);
});
