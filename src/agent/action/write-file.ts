import type { MakeDirectory, RemoveFile, WriteFile, WriteLink } from './action.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { System } from '../../core/system/system.ts';
import { keepOld } from './keep-old.ts';
import { restoreContexts } from './restore-contexts.ts';

export async function writeFile(action: WriteFile, system: System): Promise<void> {
  const content = action.content instanceof Secret ? action.content.reveal() : action.content;
  if (action.keepOld) await keepOld(action.path, system);
  await system.files.replace(action.path, content, { mode: action.mode, enforceMode: action.enforceMode ?? false });
  // A file that takes another's place has the context of its folder and not that of its name, as for /etc/resolv.conf.
  await restoreContexts(system, action.path);
}

export async function makeDirectory(action: MakeDirectory, system: System): Promise<void> {
  await system.files.makeDirectory(action.path, action.mode);
}

export async function removeFile(action: RemoveFile, system: System): Promise<void> {
  if (action.keepOld) await keepOld(action.path, system);
  await system.files.remove(action.path);
}

export async function writeLink(action: WriteLink, system: System): Promise<void> {
  await system.files.replaceLink(action.path, action.target);
}
