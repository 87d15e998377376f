import { join } from 'node:path';
import { packageTable, readPackageMap } from '../packages/package-map.ts';
import type { OwnHookContext } from '../phases/run-phase.ts';
import { makeFolderInTree, writeAmongHooks, writeInTree } from '../root/write-in-tree.ts';
import { type ChosenElement, filesNamed, tablesFolder } from './chosen-element.ts';

/** Puts the maps of packages where they were always found in the image, and as tables for the program pkg-map. */
export async function writePackageMaps(elements: readonly ChosenElement[], { folders }: OwnHookContext): Promise<void> {
  const kept = '/usr/share/pkg-map';
  const tables = join(tablesFolder, 'pkg-map');
  await makeFolderInTree(folders.tree, kept);
  await makeFolderInTree(folders.hooks, tables);
  for (const { element, path, text } of await filesNamed(elements, 'pkg-map')) {
    await writeAmongHooks(folders.hooks, join(tables, element), packageTable(readPackageMap(text, path)));
    await writeInTree(folders.tree, join(kept, element), text);
  }
}
