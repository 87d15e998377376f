import { join } from 'node:path';
import { entriesOf, makeLink, removeFile } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';
import { installTypeVariable } from '../packages/squash-packages.ts';
import type { OwnHookContext } from '../phases/run-phase.ts';
import type { ChosenElement } from './chosen-element.ts';

/** A folder `install.d/NAME-TYPE-install` of hooks. */
interface TypeFolder {
  readonly folder: string;
  readonly of: string;
  readonly type: string;
}

/** Makes the hooks of each chosen type run with those of install.d, by a link beside them. */
export async function enableInstallTypes(
  _elements: readonly ChosenElement[],
  { environment, folders, say }: OwnHookContext,
): Promise<void> {
  const install = await resolveBelow(folders.hooks, 'install.d');
  const found = (await entriesOf(install)).flatMap(({ name, type }) => (type === 'folder' ? typeFolder(name) : []));
  for (const name of new Set(found.map(({ of }) => of))) {
    const offered = found.filter(({ of }) => of === name);
    const variable = installTypeVariable(name);
    const wanted = environment[variable] ?? environment.DIB_DEFAULT_INSTALLTYPE ?? 'source';
    const chosen = offered.find(({ type }) => type === wanted);
    if (chosen === undefined) {
      const types = offered.map(({ type }) => type).join(', ');
      say(`warning: ${variable} is ${wanted}, and ${name} can be installed from: ${types}`);
      continue;
    }
    for (const hook of await entriesOf(join(install, chosen.folder))) {
      // It takes the place of a hook of the same name that is there for every type.
      await removeFile(join(install, hook.name));
      await makeLink(`${chosen.folder}/${hook.name}`, join(install, hook.name));
    }
  }
}

function typeFolder(folder: string): TypeFolder[] {
  const [, of = '', type = ''] = /^(.+)-([^-]+)-install$/.exec(folder) ?? [];
  return of === '' ? [] : [{ folder, of, type }];
}
