import { basename, dirname, join } from 'node:path';
import { makeFolder, removeFile, writeText } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';

/**
 * Writes a file of a tree, and makes the folders above it. Links are followed as a program inside the tree would follow
 * them, so none of them leads out of it.
 * @param path inside the tree
 * @throws AgentError `file.too-many-links`
 */
export async function writeInTree(tree: string, path: string, text: string, mode?: number): Promise<void> {
  const place = await resolveBelow(tree, path);
  await makeFolder(dirname(place));
  await writeText(place, text, mode);
}

/** Makes a folder of a tree, and those above it, where `writeInTree` would. @returns its path on this host */
export async function makeFolderInTree(tree: string, path: string): Promise<string> {
  const place = await resolveBelow(tree, path);
  await makeFolder(place);
  return place;
}

/** Writes a file among the hooks of a build. What an element brings under that name is replaced, and a link not followed. */
export async function writeAmongHooks(hooks: string, path: string, text: string, mode?: number): Promise<void> {
  const place = join(await makeFolderInTree(hooks, dirname(path)), basename(path));
  await removeFile(place);
  await writeText(place, text, mode);
}
