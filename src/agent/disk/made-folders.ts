import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';

// Kept over reboots, as the folders are.
const folder = '/var/lib/gandi/made-folders';

/** Whether the agent made a folder to mount on; its place is written down, as another disk root may have the name too. */
export async function isMadeFolder(system: System, path: string): Promise<boolean> {
  return (await system.files.read(markOf(path))) === path;
}

/** Not waited for until it is on the disk: the worst that a power cut leaves is a folder that nobody removes. */
export async function rememberMadeFolder(system: System, path: string): Promise<void> {
  if ((await system.files.status(folder))?.type !== 'directory') {
    await system.files.makeDirectory('/var/lib/gandi', 0o700);
    await system.files.makeDirectory(folder, 0o700);
  }
  const old = await system.files.read(markOf(path));
  if (old === path) return;
  if (old !== undefined) await system.files.remove(markOf(path));
  await system.files.append(markOf(path), path, 0o600);
}

/** Removes the folder if it is empty. Once it is gone, the one who makes one of that name owns it. */
export async function removeMadeFolder(system: System, path: string): Promise<void> {
  await system.files.removeEmptyDirectory(path);
  if ((await system.files.status(path)) === undefined) await system.files.remove(markOf(path));
}

function markOf(path: string): string {
  return `${folder}/${basename(path)}`;
}
