import { constants } from 'node:fs';
import { packPayload } from '../../../core/payload/pack-payload.ts';
import { payloadOffset } from '../../../core/payload/payload-offset.ts';
import type { System } from '../../../core/system/system.ts';

const bytes = 256 * 1024 * 1024;

/**
 * Writes a swap disk as a platform hands it over; docs/payload.md.
 * @param payload the JSON of a configuration, and a script that runs at the end of the first boot
 */
export async function makeSwapDisk(
  path: string,
  { config, script }: { readonly config: string; readonly script: string },
  { files }: System,
): Promise<void> {
  const { O_RDWR, O_CREAT, O_EXCL } = constants;
  await using disk = await files.open(path, O_RDWR | O_CREAT | O_EXCL);
  // It has passwords in it.
  await disk.chmod(0o600);
  await disk.truncate(bytes);
  let position = payloadOffset;
  for await (const piece of packPayload(files, { config, script: Buffer.from(script), modules: undefined })) {
    await disk.write(piece, 0, piece.length, position);
    position += piece.length;
  }
}
