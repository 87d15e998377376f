import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { System } from '../system/system.ts';
import type { BlockDevice } from './block-devices.ts';

/** `too-large`: both ends are zero, and what lies between was not read. */
export type Zeros = 'all' | 'not-all' | 'too-large';

// What a disk of a slow platform (150 MB/s) is read through in half a minute. Platform swap is far smaller.
const maximalSize = 4 * 1024 ** 3;
const endSize = 1024 * 1024;
const chunkSize = 4 * 1024 * 1024;

/**
 * Whether a device holds nothing but zeros. It is read to its last byte: LUKS with a detached header or a database on
 * the raw device begin anywhere and have no signature (D2). The ends come first, as nearly everything shows there.
 * @throws the error of the read, EIO and its kin: what cannot be read is not zero
 */
export async function observeZeros(system: System, device: BlockDevice): Promise<Zeros> {
  const { sizeBytes } = device;
  await using handle = await system.files.open(device.path, constants.O_RDONLY);
  const start = Math.min(endSize, sizeBytes);
  if (!(await isZero(handle, 0, start))) return 'not-all';
  if (!(await isZero(handle, Math.max(0, sizeBytes - endSize), Math.min(endSize, sizeBytes)))) return 'not-all';
  if (sizeBytes > maximalSize) return 'too-large';
  return (await isZero(handle, start, sizeBytes - start)) ? 'all' : 'not-all';
}

/**
 * Whether a stretch of a device holds nothing but zeros.
 * @throws RangeError if the device ends before the stretch does
 */
export async function isZero(handle: FileHandle, offset: number, length: number): Promise<boolean> {
  const buffer = Buffer.alloc(Math.min(chunkSize, Math.max(0, length)));
  const end = offset + length;
  for (let position = offset; position < end; ) {
    const wanted = Math.min(buffer.length, end - position);
    const { bytesRead } = await handle.read(buffer, 0, wanted, position);
    if (bytesRead === 0) throw new RangeError(`the device ends at ${position}, ${end - position} bytes early`);
    if (!isZeroBytes(buffer.subarray(0, bytesRead))) return false;
    position += bytesRead;
  }
  return true;
}

function isZeroBytes(bytes: Buffer): boolean {
  // Compares with itself one byte further on: one memcmp, where a loop over gigabytes would take seconds.
  return bytes.length === 0 || (bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1)));
}
