import { join } from 'node:path';
import { entriesOf, fileText, makeOwnFolder, move, removeTree, writeText } from '../../../core/system/own-tree.ts';
import { isProcessThere, ownProcessName } from '../../../core/system/process-start.ts';
import { startStageChild } from '../../../core/system/stage-child.ts';
import { silentJournal } from '../../../core/system/journal.ts';
import { openSystem } from '../../../core/system/system.ts';
import { clearLoops } from '../loop/clear-loops.ts';
import { removalAsRoot } from '../root/name-spaces.ts';
import type { BuildFolders } from './build-plan.ts';

const prefixes = { build: 'dib_build.', image: 'dib_image.' };
const unfinished = '.gandi-image.';
const ownerFile = '.gandi-provision';

/** Makes the folders of a build below one for temporary files. Each says whose it is, so that a later run can tell. */
export async function makeBuildFolders(temporary: string, working: string): Promise<BuildFolders> {
  const [build, image] = await Promise.all(
    [prefixes.build, prefixes.image].map((prefix) => makeOne(temporary, prefix)),
  );
  return { build: build ?? '', image: image ?? '', working };
}

/** Removes the folders of a build, with files in them that only root of the user name space can remove. */
export async function removeBuildFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await removeTree(folder).catch(async () => {
      const [tool = '', ...args] = removalAsRoot(folder);
      await startStageChild(tool, args, {
        environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        input: 'nothing',
        output: 'own',
        channels: 0,
      }).ended;
    });
  }
}

/** Removes what builds left that were killed; their mounts ended with them. @returns the folders that it removed */
export async function clearLeftovers(temporary: string): Promise<string[]> {
  const entries = await entriesOf(temporary);
  const named = entries.filter(
    ({ name, type }) =>
      type === 'folder' && [...Object.values(prefixes), unfinished].some((start) => name.startsWith(start)),
  );
  const left: string[] = [];
  for (const { name } of named) {
    const folder = join(temporary, name);
    const owner = await fileText(join(folder, ownerFile)).catch(() => undefined);
    if (owner !== undefined && !isProcessThere(owner)) left.push(folder);
  }
  await clearLoops(left, openSystem('/', silentJournal));
  await removeBuildFolders(left);
  return left;
}

async function makeOne(temporary: string, prefix: string): Promise<string> {
  const folder = await makeOwnFolder(join(temporary, unfinished));
  await writeText(join(folder, ownerFile), ownProcessName());
  const named = join(temporary, prefix + folder.slice(folder.lastIndexOf('.') + 1));
  await move(folder, named);
  return named;
}
