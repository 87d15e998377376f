import { Secret } from '../../core/secret/secret.ts';
import { requireReadableSize } from '../../core/system/read-regular.ts';
import type { System } from '../../core/system/system.ts';
import { keepOld } from './keep-old.ts';
import { restoreContexts } from './restore-contexts.ts';
import type { ActionKind } from './kind.ts';

/** Replaces a file as a whole: temporary file, fsync, rename, fsync of the folder. */
export interface WriteFile {
  readonly kind: 'write-file';
  readonly path: string;
  /** Masked in plans and logs when it is a Secret; bytes for what the agent did not write itself. */
  readonly content: string | Uint8Array | Secret;
  /** Permission bits of a new file; an existing file keeps its own, and its owner, unless `enforceMode`. */
  readonly mode: number;
  readonly enforceMode?: boolean;
  /** Keeps what is replaced in /var/lib/gandi/replaced, under the date when it was written. */
  readonly keepOld?: boolean;
}

export const writeFileKind: ActionKind<WriteFile> = {
  kind: 'write-file',
  describe: (action) => `write ${action.path}${action.content instanceof Secret ? ' (content masked)' : ''}`,
  isBookkeeping: ({ path }) => isState(path),
  apply: writeFile,
};

export interface MakeDirectory {
  readonly kind: 'make-directory';
  readonly path: string;
  readonly mode: number;
}

export const makeDirectoryKind: ActionKind<MakeDirectory> = {
  kind: 'make-directory',
  describe: (action) => `make folder ${action.path}`,
  isBookkeeping: ({ path }) => isState(path),
  apply: makeDirectory,
};

export interface RemoveFile {
  readonly kind: 'remove-file';
  readonly path: string;
  /** As for `write-file`. */
  readonly keepOld?: boolean;
}

export const removeFileKind: ActionKind<RemoveFile> = {
  kind: 'remove-file',
  describe: (action) => `remove ${action.path}`,
  isBookkeeping: ({ path }) => path.startsWith('/run/gandi/'),
  apply: removeFile,
};

/** Makes or moves a symbolic link, in one step. */
export interface WriteLink {
  readonly kind: 'write-link';
  readonly path: string;
  readonly target: string;
}

export const writeLinkKind: ActionKind<WriteLink> = {
  kind: 'write-link',
  describe: (action) => `link ${action.path} to ${action.target}`,
  apply: writeLink,
};

/** @throws AgentError `file.too-large` where a file of others is that large: the look at it found nothing, and what it says would be lost */
export async function writeFile(action: WriteFile, system: System): Promise<void> {
  const old =
    isState(action.path) || action.path.startsWith('/gandi/') ? undefined : await system.files.status(action.path);
  if (old?.type === 'file') requireReadableSize(action.path, old.size);
  const content = action.content instanceof Secret ? action.content.reveal() : action.content;
  if (action.keepOld) await keepOld(action.path, system);
  await system.files.replace(action.path, content, { mode: action.mode, enforceMode: action.enforceMode ?? false });
  // A file that takes another's place has the context of its folder and not that of its name, as for /etc/resolv.conf.
  await restoreContexts(system, action.path);
}

export async function makeDirectory(action: MakeDirectory, system: System): Promise<void> {
  await system.files.makeDirectory(action.path, action.mode);
}

async function removeFile(action: RemoveFile, system: System): Promise<void> {
  if (action.keepOld) await keepOld(action.path, system);
  await system.files.remove(action.path);
}

async function writeLink(action: WriteLink, system: System): Promise<void> {
  await system.files.replaceLink(action.path, action.target);
}

/** What the agent keeps for itself. */
function isState(path: string): boolean {
  return /^\/(?:run|var\/lib)\/gandi(?:\/|$)/.test(path);
}
