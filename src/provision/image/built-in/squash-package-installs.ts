import { join } from 'node:path';
import { fileText, makeFolder, writeText } from '../../../core/system/own-tree.ts';
import { packagePhases, type PackageWish, readPackageInstalls, readPackageList } from '../packages/package-installs.ts';
import { readPackageMap } from '../packages/package-map.ts';
import { squashPackages } from '../packages/squash-packages.ts';
import type { OwnHookContext } from '../phases/run-phase.ts';
import { type ChosenElement, filesNamed, tablesFolder } from './chosen-element.ts';

/** Writes a list of packages for each phase, which the hooks in the image hand to install-packages. */
export async function squashPackageInstalls(
  elements: readonly ChosenElement[],
  { environment, folders }: OwnHookContext,
): Promise<void> {
  const maps = await filesNamed(elements, 'pkg-map');
  const squashed = squashPackages(
    await wishesOf(elements),
    new Map(maps.map(({ element, text, path }) => [element, readPackageMap(text, path)])),
    environment,
  );
  const tables = join(folders.hooks, tablesFolder);
  await makeFolder(tables);
  for (const [phase, { install, uninstall }] of squashed) {
    await writeText(join(tables, `${phase}-install`), `${install.join(' ')}\n`);
    await writeText(join(tables, `${phase}-uninstall`), `${uninstall.join(' ')}\n`);
  }
}

async function wishesOf(elements: readonly ChosenElement[]): Promise<PackageWish[]> {
  const wishes = await Promise.all(
    elements.map(async (element) => [
      ...(await Promise.all(['yaml', 'json'].map((suffix) => filesNamed([element], `package-installs.${suffix}`))))
        .flat()
        .flatMap(({ text, path }) => readPackageInstalls(element.name, text, path)),
      ...(await olderLists(element)),
    ]),
  );
  return wishes.flat();
}

async function olderLists({ name, folder }: ChosenElement): Promise<PackageWish[]> {
  const lists = await Promise.all(
    packagePhases.map(async (phase) => {
      const text = await fileText(join(folder, phase, `package-installs-${name}`));
      return text === undefined ? [] : readPackageList(name, phase, text);
    }),
  );
  return lists.flat();
}
