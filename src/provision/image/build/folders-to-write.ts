import { AgentError } from '../../../core/error/agent-error.ts';
import { mayWriteIn } from '../../../core/system/own-tree.ts';

/** A folder of a build, and how another one is named. */
interface FolderToWrite {
  readonly folder: string;
  readonly use: string;
  readonly remedy: string;
}

const forImages = { use: 'the images are to go to this folder', remedy: 'name another one with -o' };
const forWork = { use: 'the build is to work in this folder', remedy: 'name another one with TMP_DIR' };

/** For a plan, which somebody else may carry out. @throws AgentError `image.folder-missing` */
export async function requireOutputFolder(folder: string): Promise<void> {
  if ((await mayWriteIn(folder)) === undefined) throw missing({ ...forImages, folder });
}

/** For a build, before it begins. @throws AgentError `image.folder-missing` or `image.folder-closed` */
export async function requireOpenFolders(images: string, temporary: string): Promise<void> {
  await requireOpen({ ...forImages, folder: images });
  await requireTemporaryFolder(temporary);
}

/** The same for what works in a temporary folder only. */
export async function requireTemporaryFolder(folder: string): Promise<void> {
  await requireOpen({ ...forWork, folder });
}

async function requireOpen(one: FolderToWrite): Promise<void> {
  const isOpen = await mayWriteIn(one.folder);
  if (isOpen === undefined) throw missing(one);
  if (!isOpen) throw closed(one);
}

function missing({ folder, use, remedy }: FolderToWrite): AgentError {
  return new AgentError(`${use}, and it is not there`, {
    code: 'image.folder-missing',
    subject: folder,
    remedy: `make it, or ${remedy}`,
  });
}

function closed({ folder, use, remedy }: FolderToWrite): AgentError {
  return new AgentError(`${use}, and this user may not write to it`, {
    code: 'image.folder-closed',
    subject: folder,
    remedy: `give it other rights, or ${remedy}`,
  });
}
