import { fileText, isThere, linkText, move, removeFile, writeText } from '../../../core/system/own-tree.ts';
import { resolveBelow } from '../../../core/system/resolve-below.ts';

/** Where an element finds the image's own resolv.conf during the build; what it writes there ends in the image. */
const aside = 'resolv.conf.ORIG';

/** Gives the tree the resolver of this host for the time of the build, and puts its own aside. */
export async function lendResolver(tree: string): Promise<void> {
  const etc = await resolveBelow(tree, '/etc');
  if (!(await isThere(etc))) return;
  const own = `${etc}/resolv.conf`;
  if (await isThere(own)) await move(own, `${etc}/${aside}`);
  await writeText(own, (await fileText('/etc/resolv.conf')) ?? '');
}

/** Gives the tree its own resolv.conf back. A link that an element made in its place stays. */
export async function returnResolver(tree: string): Promise<void> {
  const etc = await resolveBelow(tree, '/etc');
  const own = `${etc}/resolv.conf`;
  const original = `${etc}/${aside}`;
  if ((await linkText(own)) !== undefined) return removeFile(original);
  await removeFile(own);
  if (await isThere(original)) await move(original, own);
}
