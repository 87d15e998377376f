import { basename, dirname, join } from 'node:path';
import { entriesOf, removeFile } from '../../../core/system/own-tree.ts';
import { isProcessThere } from '../../../core/system/process-start.ts';

const ending = '.gandi-new';

/**
 * The path of a file until it is whole: hidden beside its place, with the name of the process that makes it.
 * @param owner as `ownProcessName` has it
 */
export function unfinishedPath(path: string, owner: string): string {
  return join(dirname(path), `.${basename(path)}.${owner}${ending}`);
}

/** Removes the files in a folder that processes were making and are gone. @returns their paths */
export async function clearUnfinished(folder: string): Promise<string[]> {
  const names = (await entriesOf(folder)).map(({ name }) => name);
  const left = names.filter((name) => {
    const owner = /^\..+\.(\d+-\d+)\.gandi-new$/.exec(name)?.[1];
    return owner !== undefined && !isProcessThere(owner);
  });
  for (const name of left) await removeFile(join(folder, name));
  return left.map((name) => join(folder, name));
}
