import { basename, dirname, join } from 'node:path';
import type { Files } from '../../core/system/files.ts';
import { matchesPattern } from '../../core/text/shell-pattern.ts';
import type { BuildDoors } from './build-doors.ts';
import type { TreePlan } from './plan-tree.ts';

/** Writes files and links into a tree; a folder that is missing is made, that of keys only for root. */
export async function writeInto(files: Files, { files: all, links }: Pick<TreePlan, 'files' | 'links'>): Promise<void> {
  for (const { path, mode, content } of all) {
    const target = `/${path}`;
    if ((await files.status(dirname(target))) === undefined)
      await files.makeDirectory(dirname(target), (mode & 0o077) === 0 ? 0o700 : 0o755);
    await files.replace(target, content, { mode, enforceMode: true });
  }
  for (const { path, target } of links) await files.replaceLink(`/${path}`, target);
}

/** Removes the files and folders whose names match; links on the way to them lead nowhere outside of the tree. */
export async function removeFrom(
  { filesOf, trees }: BuildDoors,
  tree: string,
  patterns: readonly string[],
): Promise<void> {
  const files = filesOf(tree);
  for (const pattern of patterns) {
    const folder = `/${dirname(pattern)}`;
    for (const name of await files.list(folder).catch(() => []))
      if (matchesPattern(name, basename(pattern))) await trees.remove(join(await files.hostPath(folder), name));
  }
}
