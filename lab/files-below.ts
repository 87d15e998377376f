import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** The content of every regular file below some folders of a tree, by its path in the tree. */
export async function filesBelow(tree: string, folders: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(join(tree, folder), { withFileTypes: true, recursive: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      found.set(relative(tree, path), await readFile(path, 'latin1'));
    }
  }
  return found;
}
