import { expect, test } from 'vitest';
import { usageLines, usageWanted } from '../../../../../src/provision/image/description/image-usage.ts';

const listed = [
  '2048\t/build/tree/usr/lib/a\tb\0',
  '10240\t/build/tree/usr/lib\0',
  '15000\t/build/tree/usr\0',
  '15360\t/build/tree\0',
].join('');

test('what takes 10 MiB or more is shown, the largest first, by its path in the image', () => {
  expect(usageLines(listed, '/build/tree', 'large')).toEqual(['15.0 MiB /', '14.6 MiB /usr', '10.0 MiB /usr/lib']);
});

test('all of it is shown where that is asked for', () => {
  expect(usageLines(listed, '/build/tree', 'all').at(-1)).toBe(' 2.0 MiB /usr/lib/a\tb');
});

test.each([
  [{}, undefined],
  [{ DIB_SHOW_IMAGE_USAGE: '' }, undefined],
  [{ DIB_SHOW_IMAGE_USAGE: '0', DIB_SHOW_IMAGE_USAGE_FULL: '0' }, undefined],
  [{ DIB_SHOW_IMAGE_USAGE: '1' }, 'large'],
  [{ DIB_SHOW_IMAGE_USAGE_FULL: '1' }, 'all'],
  [{ DIB_SHOW_IMAGE_USAGE: '1', DIB_SHOW_IMAGE_USAGE_FULL: '1' }, 'all'],
])('%j', (environment, wanted) => {
  expect(usageWanted(environment)).toBe(wanted);
});
