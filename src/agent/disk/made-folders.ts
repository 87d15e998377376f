import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';

// Kept over reboots, as the folders are.
const folder = '/var/lib/gandi/made-folders';

/** Whether the agent made a folder to mount on; its place is written down, as another folder may have the name too. */
export async function isMadeFolder(system: System, path: string): Promise<boolean> {
  return (await placesOf(system, path)).includes(path);
}

/** Not waited for until it is on the disk: the worst that a power cut leaves is a folder that nobody removes. */
export async function rememberMadeFolder(system: System, path: string): Promise<void> {
  if ((await system.files.status(folder))?.type !== 'directory') {
    await system.files.makeDirectory('/var/lib/gandi', 0o700);
    await system.files.makeDirectory(folder, 0o700);
  }
  const places = await placesOf(system, path);
  if (places.includes(path)) return;
  await system.files.append(markOf(path), places.length === 0 ? path : `\n${path}`, 0o600);
}

/**
 * Removes the folder if it is empty and the agent made it: somebody may have made it between the plan of a mount and the mount.
 * Once it is gone, the one who makes one of that name owns it.
 */
export async function removeMadeFolder(system: System, path: string): Promise<void> {
  if (!(await isMadeFolder(system, path))) return;
  await system.files.removeEmptyDirectory(path);
  if ((await system.files.status(path)) === undefined) await forgetMadeFolder(system, path);
}

async function forgetMadeFolder(system: System, path: string): Promise<void> {
  const places = await placesOf(system, path);
  const others = places.filter((place) => place !== path);
  if (others.length === 0) await system.files.remove(markOf(path));
  else if (others.length < places.length) await system.files.replace(markOf(path), others.join('\n'), { mode: 0o600 });
}

/** Folders of one name that the agent made, one per line. */
async function placesOf(system: System, path: string): Promise<string[]> {
  return ((await system.files.read(markOf(path))) ?? '').split('\n').filter((place) => place !== '');
}

function markOf(path: string): string {
  return `${folder}/${basename(path)}`;
}
