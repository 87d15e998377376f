import { open, readFile } from 'node:fs/promises';
import { type Header, pack } from 'tar-stream';

/** Where a payload begins on the swap disk. */
const payloadOffset = 512 * 1024;

/** Header fields of a member, and its content. */
export type Member = readonly [Partial<Header> & Pick<Header, 'name'>, string?];

/** Packs an archive that no platform would write. */
export async function packArchive(members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content = ''] of members) archive.entry(header, content);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Writes the image of a swap disk that holds these bytes in the place of a payload. */
export async function writeSwapDisk(image: string, bytes: Uint8Array, size = 64 * 1024 * 1024): Promise<string> {
  const file = await open(image, 'w');
  try {
    await file.truncate(size);
    await file.write(bytes, 0, bytes.length, payloadOffset);
  } finally {
    await file.close();
  }
  return image;
}

/** Cuts a payload off after this many bytes, as a platform that lost its connection would. */
export async function cutPayload(image: string, bytes: number): Promise<void> {
  const start = await readFile(image);
  await writeSwapDisk(image, start.subarray(payloadOffset, payloadOffset + bytes), start.length);
}
