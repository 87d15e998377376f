import { join } from 'node:path';
import { emptyFile, entriesOf, isFolder, linkText, removeFile, removeTree } from '../../../core/system/own-tree.ts';
import { isOwnFolder } from './root-folders.ts';

/**
 * Takes out of the tree what only the build needed: all of /tmp, the content of logs, and root's own logs. A link in the
 * place of one of these folders is not followed.
 */
export async function tidyRoot(tree: string): Promise<void> {
  if (await isOwnFolder(tree, 'tmp')) {
    for (const { name } of await entriesOf(join(tree, 'tmp'))) await removeTree(join(tree, 'tmp', name));
  }
  if ((await isFolderItself(join(tree, 'var'))) && (await isFolderItself(join(tree, 'var/log')))) {
    await eachFile(join(tree, 'var/log'), emptyFile);
  }
  if (await isFolderItself(join(tree, 'root'))) {
    await eachFile(join(tree, 'root'), async (path) => {
      if (path.endsWith('.log')) await removeFile(path);
    });
  }
}

async function isFolderItself(path: string): Promise<boolean> {
  return (await linkText(path)) === undefined && (await isFolder(path));
}

async function eachFile(folder: string, act: (path: string) => Promise<void>): Promise<void> {
  for (const { name, type } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (type === 'folder') await eachFile(path, act);
    else if (type === 'file') await act(path);
  }
}
