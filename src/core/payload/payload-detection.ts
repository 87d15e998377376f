import { payloadSearchLength } from './payload-offset.ts';
import { payloadError } from './payload-error.ts';
import type { ByteReader, Compression } from './payload-medium.ts';
import { blockLength, blocksWithMagic, hasChecksum, hasMagic, namesPayload } from './tar-header.ts';

/**
 * Whether a payload begins at this place, by the table "Is there a payload?" of docs/payload.md. A payload that is
 * there and cannot be read must never be taken for none, as the swap disk could then be formatted (D2, D3).
 * @returns how the payload is compressed; undefined if there is none
 * @throws AgentError `payload.damaged` if there are remains of one
 */
export async function detectPayload(reader: ByteReader, offset: number): Promise<Compression | undefined> {
  const window = await reader.read(offset, payloadSearchLength);
  const first = window.subarray(0, blockLength);
  const compression = compressionOf(first);
  if (compression !== undefined) return compression;
  if (first.length < blockLength) return undefined;
  if (claimsToBeTar(first)) return 'none';
  const remains = findRemains(window);
  if (remains === undefined) return undefined;
  const where = `its first block is not a header, but there is one ${remains} bytes behind it`;
  throw payloadError('payload.damaged', reader.subject, `cannot read the payload: ${where}`);
}

/** Any one of the three marks is enough: a payload with one damaged field is still a payload. */
function claimsToBeTar(block: Uint8Array): boolean {
  return hasMagic(block) || namesPayload(block) || hasChecksum(block);
}

function compressionOf(block: Uint8Array): Compression | undefined {
  const magic = Buffer.from(block.subarray(0, 6)).toString('hex');
  if (magic.startsWith('1f8b08')) return 'gzip';
  if (magic === 'fd377a585a00') return 'xz';
  // RFC 8878, 3.1.1 and 3.1.2: a frame of data, or a skippable one, which pzstd puts before each of them.
  return /^(28b52ffd|5[0-9a-f]2a4d18)/.test(magic) ? 'zstd' : undefined;
}

/** Position of the first sound header of a member of ours. All three marks: other data has one of them by chance. */
function findRemains(window: Uint8Array): number | undefined {
  for (const position of blocksWithMagic(window)) {
    const block = window.subarray(position, position + blockLength);
    if (namesPayload(block) && hasChecksum(block)) return position;
  }
  return undefined;
}
