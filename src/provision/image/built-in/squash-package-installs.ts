import { join } from 'node:path';
import { entriesOf, fileText } from '../../../core/system/own-tree.ts';
import { packagePhases, type PackageWish, readPackageInstalls, readPackageList } from '../packages/package-installs.ts';
import { type PackageMap, readPackageMap } from '../packages/package-map.ts';
import { squashPackages } from '../packages/squash-packages.ts';
import type { OwnHookContext } from '../phases/run-phase.ts';
import { writeAmongHooks } from '../root/write-in-tree.ts';
import { type ChosenElement, filesNamed, tablesFolder } from './chosen-element.ts';

/**
 * Writes lists of packages for each phase, which the hooks in the image hand to install-packages: those of the older files
 * of names, and those of package-installs.
 */
export async function squashPackageInstalls(
  elements: readonly ChosenElement[],
  context: OwnHookContext,
): Promise<void> {
  const { folders, say } = context;
  const texts = await filesNamed(elements, 'pkg-map');
  const maps = new Map(texts.map(({ element, text, path }) => [element, readPackageMap(text, path)]));
  const wishes = await wishesOf(elements);
  for (const { path, name, ignored } of wishes)
    for (const key of ignored) say(`warning: ${path}: ${name}: the key ${key} means nothing`);
  await writeTables('older-', await olderLists(folders.hooks), maps, context);
  await writeTables('', wishes, maps, context);
}

async function writeTables(
  prefix: string,
  wishes: readonly PackageWish[],
  maps: ReadonlyMap<string, PackageMap>,
  { environment, folders }: OwnHookContext,
): Promise<void> {
  for (const [phase, { install, uninstall }] of squashPackages(wishes, maps, environment)) {
    const table = join(tablesFolder, `${phase}-${prefix}`);
    await writeAmongHooks(folders.hooks, `${table}install`, `${install.join(' ')}\n`);
    await writeAmongHooks(folders.hooks, `${table}uninstall`, `${uninstall.join(' ')}\n`);
  }
}

async function wishesOf(elements: readonly ChosenElement[]): Promise<PackageWish[]> {
  const wishes = await Promise.all(
    elements.map(async (element) =>
      (await Promise.all(['yaml', 'json'].map((suffix) => filesNamed([element], `package-installs.${suffix}`))))
        .flat()
        .flatMap(({ text, path }) => readPackageInstalls(element.name, text, path)),
    ),
  );
  return wishes.flat();
}

const olderName = 'package-installs-';

/** For those that somebody put among the hooks: their name says of which element they are. */
async function olderLists(hooks: string): Promise<PackageWish[]> {
  const lists = await Promise.all(
    packagePhases.map(async (phase) => {
      const names = (await entriesOf(join(hooks, phase))).map(({ name }) => name);
      const texts = names
        .filter((name) => name.startsWith(olderName))
        .map(async (name) => {
          const path = join(hooks, phase, name);
          return readPackageList(name.slice(olderName.length), phase, (await fileText(path)) ?? '', path);
        });
      return (await Promise.all(texts)).flat();
    }),
  );
  return lists.flat();
}
