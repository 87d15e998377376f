import { constants } from 'node:fs';
import type { Files } from '../../../core/system/files.ts';

/** Makes a file of this many bytes that is all hole, in place of one that is there. */
export async function makeSparseFile(files: Files, path: string, bytes: number): Promise<void> {
  const { O_RDWR, O_CREAT, O_TRUNC } = constants;
  await using file = await files.open(path, O_RDWR | O_CREAT | O_TRUNC);
  await file.truncate(bytes);
}
