import { join } from 'node:path';
import { AgentError } from '../../../core/error/agent-error.ts';
import { entriesOf, isThere, linkText } from '../../../core/system/own-tree.ts';

/** What root.d may leave without having made a system. */
const nothing = new Set(['tmp', 'lost+found']);

/** Folders of a tree that the builder mounts on. */
const mountPoints = ['proc', 'sys', 'dev', 'tmp', 'tmp/in_target.d'];

/** @throws AgentError `image.root-empty` */
export async function refuseEmptyRoot(tree: string): Promise<void> {
  const entries = await entriesOf(tree);
  if (entries.some(({ name }) => !nothing.has(name))) return;
  throw new AgentError('Failed to deploy the root element: the phase root.d left no system there', {
    code: 'image.root-empty',
    subject: tree,
    remedy: 'look for an element whose root.d fills TARGET_ROOT',
  });
}

/**
 * Refuses a tree in which a folder that the builder mounts on is a link: what is mounted there could be somewhere else.
 * @throws AgentError `image.root-leaves`
 */
export async function refuseLinkedMountPoints(tree: string): Promise<void> {
  for (const folder of mountPoints) {
    const target = await linkText(join(tree, folder));
    if (target !== undefined) throw leaves(`/${folder}`, target);
  }
}

/** @throws AgentError `image.root-leaves` if the folder is a link; @returns whether it is there */
export async function isOwnFolder(tree: string, folder: string): Promise<boolean> {
  const path = join(tree, folder);
  const target = await linkText(path);
  if (target !== undefined) throw leaves(`/${folder}`, target);
  return isThere(path);
}

function leaves(path: string, target: string): AgentError {
  return new AgentError(`it is a link to ${target}, where the image needs a folder`, {
    code: 'image.root-leaves',
    subject: path,
    remedy: 'have the elements make a folder of it',
  });
}
