import { join } from 'node:path';
import { z } from 'zod';
import type { System } from '../../../core/system/system.ts';

/** As much of a description as says whether the files beside it are those that it tells of. */
const described = z.object({
  inputs: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.int() })),
});

/**
 * Whether an image was made of these inputs and all of its files are as they were made.
 * @param maximalSeconds an older image counts for nothing; null for any age
 */
export async function isStillThere(
  path: string,
  folder: string,
  inputs: string,
  maximalSeconds: number | null,
  { files }: System,
): Promise<boolean> {
  const written = (await files.status(path))?.modified.getTime();
  if (written === undefined) return false;
  if (maximalSeconds !== null && Date.now() - written > maximalSeconds * 1000) return false;
  const read = described.safeParse(asJson((await files.read(path)) ?? ''));
  if (!read.success || read.data.inputs !== inputs) return false;
  const statuses = await Promise.all(read.data.files.map(({ name }) => files.status(join(folder, name))));
  // The description is written last: a file that changed since is younger.
  return read.data.files.every(({ bytes }, index) => {
    const status = statuses[index];
    return status?.size === bytes && status.modified.getTime() <= written;
  });
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
