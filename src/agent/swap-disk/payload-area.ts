import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import { payloadOffset } from '../../core/payload/payload-offset.ts';
import { detectPayload } from '../../core/payload/payload-detection.ts';
import { byteReader } from '../../core/payload/payload-medium.ts';
import type { System } from '../../core/system/system.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { isZero } from '../../core/block-device/zeros.ts';

/**
 * What lies where the platform puts its payload.
 * - `zero`: nothing; with a known payload, all of its area
 * - `known`: the known payload, byte for byte
 * - `wiping`: our mark that the known payload is being wiped; power failed before the rest of it was zeros
 * - `archive`: another payload, or the remains of one
 * - `other`: something else: swap that was in use, a partition, data
 */
export type PayloadArea = 'zero' | 'known' | 'wiping' | 'archive' | 'other';

/** One sector: a write of it is in effect as a whole or not at all, whenever power fails. */
export const markLength = 512;

/** What stands in the first sector of a payload's area while the rest of it is overwritten: the proof that it was ours to wipe. */
export function wipeMark(digest: string): Buffer {
  const mark = Buffer.alloc(markLength);
  mark.write(`gandi-vm-agent: payload ${digest} is applied and being wiped\n`, 'latin1');
  return mark;
}

/**
 * Looks at the area with the eyes of the payload's own reader, so that what it would read, or fail to read, is never
 * taken for nothing (D2, D3).
 * @param known the payload that was committed, if there is one
 * @throws the error of the read
 */
export async function observePayloadArea(
  system: System,
  disk: BlockDevice,
  known: PayloadLocation | undefined,
): Promise<PayloadArea> {
  if (disk.sizeBytes <= payloadOffset) return 'zero';
  await using handle = await system.files.open(disk.path, constants.O_RDONLY);
  const fits = known !== undefined && known.length > 0 && known.offset + known.length <= disk.sizeBytes;
  const ours = fits ? await compareWithKnown(handle, known) : undefined;
  if (ours !== undefined) return ours;
  if (await holdsArchive(handle, disk)) return 'archive';
  const length = fits ? known.length : markLength;
  return (await isZero(handle, payloadOffset, Math.min(length, disk.sizeBytes - payloadOffset))) ? 'zero' : 'other';
}

async function compareWithKnown(handle: FileHandle, known: PayloadLocation): Promise<'known' | 'wiping' | undefined> {
  const first = Buffer.alloc(Math.min(markLength, known.length));
  await handle.read(first, 0, first.length, known.offset);
  if (first.equals(wipeMark(known.digest))) return 'wiping';
  return (await digestOfArea(handle, known.offset, known.length)) === known.digest ? 'known' : undefined;
}

/** sha256, in hex. @throws RangeError if the device ends before the area does */
async function digestOfArea(handle: FileHandle, offset: number, length: number): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(1024 * 1024);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, length - done), offset + done);
    if (bytesRead === 0) throw new RangeError(`the device ends ${length - done} bytes before the payload does`);
    hash.update(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
  return hash.digest('hex');
}

async function holdsArchive(handle: FileHandle, disk: BlockDevice): Promise<boolean> {
  try {
    return (await detectPayload(byteReader(handle, disk.path), payloadOffset)) !== undefined;
  } catch (error) {
    // Every other refusal of the reader is about a payload that is there; a failing medium is an error of its own.
    if (error instanceof AgentError && error.code !== 'payload.read-failed') return true;
    throw error;
  }
}
