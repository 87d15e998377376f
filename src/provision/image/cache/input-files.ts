import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { entriesOf, fileDigest, followedStatus, isThere, linkText } from '../../../core/system/own-tree.ts';
import type { Merged } from '../elements/plan-merge.ts';
import type { InputFile } from './state-keys.ts';

/** What each file of the merged elements is, by its content. */
export async function inputFiles({ files }: Merged): Promise<InputFile[]> {
  return Promise.all(files.map(async ({ path, from }) => ({ path, digest: await entryDigest(from) })));
}

/**
 * Digests of the files that variables name by their absolute paths, as DIB_GANDI_VM_AGENT_PACKAGE does: what is in them goes
 * into the image.
 */
export async function namedFiles(environment: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const paths = [...new Set(Object.values(environment))].filter((value) => /^\/[^:\n]+$/.test(value));
  const found = await Promise.all(
    paths.map(async (path) => {
      const status = await followedStatus(path).catch(() => undefined);
      return status?.type === 'file' ? [[path, await fileDigest(path).catch(() => '')] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** Paths below the folder of hooks that hooks made, or whose content they changed since the elements were merged. */
export async function madeAmongHooks(hooks: string, merged: readonly InputFile[]): Promise<string[]> {
  const known = new Map(merged.map(({ path, digest }) => [path, digest]));
  const walk = async (folder: string): Promise<string[]> => {
    const entries = await entriesOf(join(hooks, folder));
    const found = await Promise.all(
      entries.map(async ({ name, type }) => {
        const path = folder === '' ? name : `${folder}/${name}`;
        if (type === 'folder') return [path, ...(await walk(path))];
        return known.get(path) === (await entryDigest(join(hooks, path))) ? [] : [path];
      }),
    );
    return found.flat();
  };
  return walk('');
}

async function entryDigest(path: string): Promise<string> {
  const target = await linkText(path);
  const status = await followedStatus(path);
  if (target === undefined) return `${status?.mode.toString(8)} ${await fileDigest(path)}`;
  // A link is copied as it is, and what it leads to counts too where it is a file of the elements.
  const content = status?.type === 'file' && (await isThere(path)) ? await fileDigest(path) : '';
  return `link ${createHash('sha256').update(target).digest('hex')} ${content}`;
}
