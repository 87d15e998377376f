import { open } from 'node:fs/promises';

/** One request of a disk, as QEMU's driver blklogwrites wrote it down: in the order in which the requests ended. */
export interface LoggedRequest {
  /** Where it writes, in bytes from the start of the disk. */
  readonly offset: number;
  readonly length: number;
  /** Where its data is in the log; undefined for a flush, and for a discard, after which the disk holds zeros. */
  readonly data: number | undefined;
  /** All that ended before it is on the disk. */
  readonly isFlush: boolean;
  /** It is on the disk itself once it ended. */
  readonly isForced: boolean;
  readonly isDiscard: boolean;
}

// Linux Documentation/admin-guide/device-mapper/log-writes.rst, and block/blklogwrites.c of QEMU: a sector of the super block, and
// for each request a sector of its own with its data behind it. All numbers are little-endian.
const magic = 0x6a736677736872n;
const version = 1n;
const flags = { flush: 1n, forced: 2n, discard: 4n };

/**
 * The requests in a log that is not written to any more.
 * @throws Error if it is no such log
 */
export async function readWriteLog(path: string): Promise<LoggedRequest[]> {
  const log = await open(path);
  try {
    const numbersAt = async (position: number) => {
      const { buffer } = await log.read(Buffer.alloc(32), 0, 32, position);
      return [0, 8, 16, 24].map((offset) => buffer.readBigUInt64LE(offset)) as [bigint, bigint, bigint, bigint];
    };
    const [found, format, count, size] = await numbersAt(0);
    if (found !== magic || format !== version) throw new Error(`${path} is not a log of writes`);
    const sectorSize = Number(size & 0xffffffffn);
    const requests: LoggedRequest[] = [];
    let position = sectorSize;
    for (let number = 0n; number < count; number += 1n) {
      const [sector, sectors, bits] = await numbersAt(position);
      position += sectorSize;
      const isDiscard = (bits & flags.discard) !== 0n;
      const length = Number(sectors) * sectorSize;
      const hasData = length > 0 && !isDiscard;
      requests.push({
        offset: Number(sector) * sectorSize,
        length,
        data: hasData ? position : undefined,
        isFlush: (bits & flags.flush) !== 0n,
        isForced: (bits & flags.forced) !== 0n,
        isDiscard,
      });
      if (hasData) position += length;
    }
    return requests;
  } finally {
    await log.close();
  }
}
