import type { FileHandle } from 'node:fs/promises';
import { isZero } from './zeros.ts';

// Read to the last byte up to here: half a minute at the 150 MB/s of a slow platform.
const wholeBytes = 4 * 1024 ** 3;
const endBytes = 4 * 1024 ** 2;
const sampleBytes = 256 * 1024;
const samples = 512;

/**
 * Whether nothing but zeros was found on a device: on all of it up to 4 GiB; on a larger one at both ends, where
 * signatures are, and at 512 places of 256 KiB in equal distances, which any disk that was ever filled betrays (a
 * database or LUKS with a detached header has no signature, D2).
 * @param handle the open device
 * @throws the error of the read, EIO and its kin: what cannot be read is not blank
 */
export async function isBlank(handle: FileHandle, sizeBytes: number): Promise<boolean> {
  const end = Math.min(endBytes, sizeBytes);
  if (!(await isZero(handle, 0, end))) return false;
  if (!(await isZero(handle, sizeBytes - end, end))) return false;
  if (sizeBytes <= wholeBytes) return isZero(handle, 0, sizeBytes);
  for (let index = 0; index < samples; index += 1) {
    // A multiple of the largest sector there is.
    const offset = Math.floor(((sizeBytes / samples) * index) / 4096) * 4096;
    if (!(await isZero(handle, offset, sampleBytes))) return false;
  }
  return true;
}
