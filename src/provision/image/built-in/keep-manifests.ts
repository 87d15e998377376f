import { basename, join } from 'node:path';
import { changeMode, copyTree, entriesOf, makeFolder } from '../../../core/system/own-tree.ts';
import type { OwnHookContext } from '../phases/run-phase.ts';
import { makeFolderInTree, writeInTree } from '../root/write-in-tree.ts';
import type { ChosenElement } from './chosen-element.ts';

/** Makes the folder in the image to which elements write what they put there. */
export async function makeManifestFolder(_: readonly ChosenElement[], context: OwnHookContext): Promise<void> {
  await makeFolderInTree(context.folders.tree, folderInImage(context));
}

/** Adds how the image was built, and copies all manifests beside the image. */
export async function saveManifests(_: readonly ChosenElement[], context: OwnHookContext): Promise<void> {
  const { tree } = context.folders;
  const { DIB_ENV = '', DIB_ARGS = '', DIB_MANIFEST_SAVE_DIR: saved = '' } = context.environment;
  const folder = folderInImage(context);
  await writeInTree(tree, join(folder, 'dib_environment'), `${DIB_ENV}\n`);
  await writeInTree(tree, join(folder, 'dib_arguments'), `${DIB_ARGS}\n`);
  const manifests = await makeFolderInTree(tree, folder);
  await hide(manifests);
  await makeFolder(saved);
  await copyTree(manifests, join(saved, basename(folder)));
}

function folderInImage({ environment }: OwnHookContext): string {
  return environment.DIB_MANIFEST_IMAGE_DIR ?? '/etc/dib-manifests';
}

/** Manifests may tell what nobody but root should know. */
async function hide(folder: string): Promise<void> {
  for (const { name, type } of await entriesOf(folder)) {
    const path = join(folder, name);
    if (type === 'folder') await hide(path);
    else if (type === 'file') await changeMode(path, 0o600);
  }
}
