import { join } from 'node:path';
import { emptyFile, entriesOf, removeFile, removeTree } from '../../../core/system/own-tree.ts';
import { isOwnFolder } from './root-folders.ts';

/** Takes out of the tree what only the build needed: all of /tmp, the content of logs, and root's own logs. */
export async function tidyRoot(tree: string): Promise<void> {
  if (await isOwnFolder(tree, 'tmp')) {
    for (const { name } of await entriesOf(join(tree, 'tmp'))) await removeTree(join(tree, 'tmp', name));
  }
  if ((await isOwnFolder(tree, 'var')) && (await isOwnFolder(tree, 'var/log'))) {
    await eachFile(join(tree, 'var/log'), emptyFile);
  }
  if (await isOwnFolder(tree, 'root')) {
    await eachFile(join(tree, 'root'), async (path) => {
      if (path.endsWith('.log')) await removeFile(path);
    });
  }
}

async function eachFile(folder: string, act: (path: string) => Promise<void>): Promise<void> {
  for (const { name, type } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (type === 'folder') await eachFile(path, act);
    else if (type === 'file') await act(path);
  }
}
