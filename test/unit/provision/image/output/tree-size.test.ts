import { expect, test } from 'vitest';
import { countedKib } from '../../../../../src/provision/image/output/tree-size.ts';

test('entries take blocks of 4 KiB: a file by its size, once for all of its names, a folder one, a long link one', () => {
  const entries = ['1 d 4096', '2 f 1', '3 f 4097', '3 f 4097', '4 f 0', '5 l 59', '6 l 60', '7 p 0', '8 d 20480', ''];
  expect(countedKib(entries.join('\n'))).toBe(4 * (1 + 1 + 2 + 0 + 0 + 1 + 0 + 1));
});
