import { join } from 'node:path';
import { makeFolder, writeText } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';
import { packageTable, readPackageMap } from '../packages/package-map.ts';
import type { OwnHookContext } from '../phases/run-phase.ts';
import { type ChosenElement, filesNamed, tablesFolder } from './chosen-element.ts';

/** Puts the maps of packages where they were always found in the image, and as tables for the program pkg-map. */
export async function writePackageMaps(elements: readonly ChosenElement[], { folders }: OwnHookContext): Promise<void> {
  const kept = await resolveBelow(folders.tree, '/usr/share/pkg-map');
  const tables = join(folders.hooks, tablesFolder, 'pkg-map');
  await Promise.all([kept, tables].map(makeFolder));
  for (const { element, path, text } of await filesNamed(elements, 'pkg-map')) {
    await writeText(join(tables, element), packageTable(readPackageMap(text, path)));
    await writeText(join(kept, element), text);
  }
}
