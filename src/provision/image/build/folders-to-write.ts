import { AgentError } from '../../../core/error/agent-error.ts';
import { mayWriteIn } from '../../../core/system/own-tree.ts';

/** @throws AgentError `image.folder-missing` or `image.folder-closed` where no image can be written to a folder */
export async function requireOutputFolder(folder: string): Promise<void> {
  await requireFolder(folder, { what: 'the images are to go to this folder', remedy: 'name another one with -o' });
}

/** The same for the folder in which a build works. */
export async function requireTemporaryFolder(folder: string): Promise<void> {
  await requireFolder(folder, { what: 'the build is to work in this folder', remedy: 'name another one with TMP_DIR' });
}

async function requireFolder(
  folder: string,
  { what, remedy }: { readonly what: string; readonly remedy: string },
): Promise<void> {
  const isOpen = await mayWriteIn(folder);
  if (isOpen) return;
  const [code, why, first] =
    isOpen === undefined
      ? (['image.folder-missing', 'it is not there', 'make it'] as const)
      : (['image.folder-closed', 'this user may not write to it', 'give it other rights'] as const);
  throw new AgentError(`${what}, and ${why}`, { code, subject: folder, remedy: `${first}, or ${remedy}` });
}
