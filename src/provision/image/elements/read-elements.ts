import { join, sep } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import { entriesOf, fileText, isFolder, realPath } from '../../../core/system/own-tree.ts';
import { type Element, type Elements, namesIn } from './element.ts';
import type { ElementContent, ElementEntry } from './plan-merge.ts';

/** All elements below these folders. Of two with one name the earlier counts. An element that is a symbolic link is none. */
export async function readElements(folders: readonly string[]): Promise<Elements> {
  const elements = new Map<string, Element>();
  for (const folder of folders) {
    const names = (await entriesOf(folder)).filter(({ type }) => type === 'folder').map(({ name }) => name);
    const found = await Promise.all(
      names.filter((name) => !elements.has(name)).map((name) => readElement(folder, name)),
    );
    for (const element of found) elements.set(element.name, element);
  }
  return elements;
}

/**
 * Everything that lies in an element.
 * @param roots the folders in which elements lie: a folder of hooks that is a link may lead to these and nowhere else
 * @throws AgentError `image.element-leaves`
 */
export async function readElementContent(element: Element, roots: readonly string[]): Promise<ElementContent> {
  const { name, folder } = element;
  const entries: ElementEntry[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    const isLinkedFolder = entry.type === 'link' && (await isFolder(path));
    if (isLinkedFolder) await refuseOutside(path, roots);
    if (entry.type === 'folder' || isLinkedFolder) {
      entries.push({ path: entry.name, type: 'folder' }, ...(await below(folder, entry.name)));
    } else if (entry.type !== 'other') entries.push({ path: entry.name, type: entry.type });
  }
  return { name, folder, entries };
}

async function readElement(parent: string, name: string): Promise<Element> {
  const folder = join(parent, name);
  const [needs, provides] = await Promise.all(
    ['element-deps', 'element-provides'].map(async (list) => namesIn((await fileText(join(folder, list))) ?? '')),
  );
  return { name, folder, needs: needs ?? [], provides: provides ?? [] };
}

async function below(folder: string, path: string): Promise<ElementEntry[]> {
  const inner = await entriesOf(join(folder, path));
  const found = await Promise.all(
    inner.map(async ({ name, type }): Promise<ElementEntry[]> => {
      const own = `${path}/${name}`;
      if (type === 'folder') return [{ path: own, type }, ...(await below(folder, own))];
      return type === 'other' ? [] : [{ path: own, type }];
    }),
  );
  return found.flat();
}

async function refuseOutside(path: string, roots: readonly string[]): Promise<void> {
  const target = await realPath(path);
  const realRoots = (await Promise.all(roots.map((root) => realPath(root).catch(() => [])))).flat();
  if (realRoots.some((root) => target.startsWith(`${root}${sep}`))) return;
  throw new AgentError(`it leads out of the elements, to ${target}`, {
    code: 'image.element-leaves',
    subject: path,
    remedy: 'put the folder itself there',
  });
}
