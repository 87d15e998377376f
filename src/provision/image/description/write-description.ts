import { basename, dirname, join } from 'node:path';
import { fileText } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';
import type { System } from '../../../core/system/system.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { billName, type BuiltImage, type BuiltSystem, describeImage, systemOf } from './image-description.ts';

/** Looks which system a finished tree is. */
export async function readSystem(tree: string): Promise<BuiltSystem> {
  const read = async (path: string) => fileText(await resolveBelow(tree, path));
  const release = (await read('/etc/os-release')) ?? (await read('/usr/lib/os-release'));
  return systemOf(release, await read('/var/lib/dpkg/status'));
}

/**
 * Writes `NAME.image.json` and the list of all parts beside an image.
 * @param target path of the image without an ending
 * @returns the paths of the two
 */
export async function writeDescription(
  target: string,
  image: Omit<BuiltImage, 'name'>,
  { files }: System,
): Promise<string[]> {
  const built = { ...image, name: basename(target) };
  const texts = [
    [billPath(target), billOfMaterials(built)],
    [descriptionPath(target), describeImage(built)],
  ] as const;
  for (const [path, content] of texts)
    await files.replace(path, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o644 });
  return texts.map(([path]) => path);
}

/** Where the description of an image is. */
export function descriptionPath(target: string): string {
  return `${target}.image.json`;
}

/** Where the list of all its parts is. */
export function billPath(target: string): string {
  return join(dirname(target), billName(basename(target)));
}
