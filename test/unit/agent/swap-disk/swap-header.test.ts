import { expect, test } from 'vitest';
import { withReservedRange } from '../../../../src/agent/swap-disk/swap-header.ts';

/** As mkswap(8) writes it, for an area of that many pages. */
function header(pages: number, pageSize = 4096): Buffer {
  const page = Buffer.alloc(65_536);
  page.writeUInt32LE(1, 1024);
  page.writeUInt32LE(pages - 1, 1028);
  page.write('SWAPSPACE2', pageSize - 10, 'latin1');
  return page;
}

function badPages(page: Buffer | undefined): number[] {
  const count = page?.readUInt32LE(1032) ?? 0;
  return Array.from({ length: count }, (_, index) => page?.readUInt32LE(1536 + index * 4) ?? -1);
}

test('every page that the range touches is listed, in order', () => {
  expect(badPages(withReservedRange(header(16_384), 512 * 1024, 12_288))).toEqual([128, 129, 130]);
  expect(badPages(withReservedRange(header(16_384), 512 * 1024 + 1, 4096))).toEqual([128, 129]);
});

test('larger pages are fewer', () => {
  expect(badPages(withReservedRange(header(1024, 65_536), 512 * 1024, 65_536))).toEqual([8]);
});

test('the header itself and what lies behind the area are never listed', () => {
  expect(badPages(withReservedRange(header(130), -8192, 16_384))).toEqual([1]);
  expect(badPages(withReservedRange(header(130), 512 * 1024, 2 ** 20))).toEqual([128, 129]);
  expect(badPages(withReservedRange(header(100), 512 * 1024, 2 ** 20))).toEqual([]);
});

test('nothing but the list is changed', () => {
  const before = header(16_384);
  const after = withReservedRange(before, 512 * 1024, 4096);
  after?.fill(0, 1032, 1036).fill(0, 1536, 1540);
  expect(after?.equals(before)).toBe(true);
});

test('what is not a header, or has bad pages already, is refused', () => {
  expect(withReservedRange(Buffer.alloc(65_536), 0, 4096)).toBeUndefined();
  const damaged = header(16_384);
  damaged.writeUInt32LE(1, 1032);
  expect(withReservedRange(damaged, 0, 4096)).toBeUndefined();
});
