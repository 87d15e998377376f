/**
 * The first page of a swap area (include/linux/swap.h, union swap_header): version at 1024, last_page at 1028,
 * nr_badpages at 1032, the list of bad pages from 1536 on, `SWAPSPACE2` in the last ten bytes.
 */
const lastPageAt = 1028;
const badPageCountAt = 1032;
const badPagesAt = 1536;
const magic = Buffer.from('SWAPSPACE2');

/** The sizes of page that Linux knows; which one a header was written for shows in where its magic stands. */
const pageSizes = [4096, 16384, 65536];

/**
 * A swap header that keeps the kernel from ever swapping to a range of bytes: its pages are listed as bad. Where
 * the platform puts its payload a page of some user's memory must not come to lie: it could pass for a payload, and
 * the next boot would apply it.
 * @param header the first page of the area or more, as mkswap(8) wrote it
 * @param from first byte of the range, from the start of the area
 * @param length of the range in bytes; what lies behind the end of the area is left out
 * @returns the new header; undefined if this is not a header of swap without bad pages
 */
export function withReservedRange(header: Buffer, from: number, length: number): Buffer | undefined {
  const pageSize = pageSizes.find((size) => header.subarray(size - magic.length, size).equals(magic));
  if (pageSize === undefined || header.readUInt32LE(badPageCountAt) !== 0) return undefined;
  const lastPage = header.readUInt32LE(lastPageAt);
  const first = Math.max(1, Math.floor(from / pageSize));
  const end = Math.min(lastPage + 1, Math.ceil((from + length) / pageSize));
  const changed = Buffer.from(header);
  changed.writeUInt32LE(Math.max(0, end - first), badPageCountAt);
  for (let page = first; page < end; page += 1) changed.writeUInt32LE(page, badPagesAt + (page - first) * 4);
  return changed;
}
