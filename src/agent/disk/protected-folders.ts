import { createHash } from 'node:crypto';
import type { System } from '../../core/system/system.ts';

// Kept over reboots, as the flag of the file system is.
const folder = '/var/lib/gandi/protected-folders';

/** A folder in which nothing can be made while the disk that is assigned to it is not mounted there. */
export interface ProtectedFolder {
  readonly path: string;
  /** The agent made it, and removes it once it is not assigned any more. */
  readonly isMade: boolean;
  /** The flag is on the disk, whatever happens to the power; false while it is being set. */
  readonly isSet: boolean;
}

/** All that are protected. */
export async function readProtectedFolders(system: System): Promise<ProtectedFolder[]> {
  const names = (await system.files.list(folder)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const found = await Promise.all(names.map((name) => readOne(system, `${folder}/${name}`)));
  return found.filter((each) => each !== undefined);
}

/**
 * Written before the flag is set: a flag that nobody knows of would never be taken back. One fact per line, as the script that
 * removes the package reads them too.
 */
export async function writeProtectedFolder(system: System, { path, isMade, isSet }: ProtectedFolder): Promise<void> {
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.makeDirectory(folder, 0o700);
  await system.files.replace(markOf(path), `${path}\n${isMade ? 'made' : 'found'}\n${isSet ? 'set' : 'begun'}\n`, {
    mode: 0o600,
  });
}

export async function removeProtectedFolder(system: System, path: string): Promise<void> {
  await system.files.remove(markOf(path));
}

async function readOne({ files }: System, mark: string): Promise<ProtectedFolder | undefined> {
  const [path = '', origin, state] = ((await files.read(mark)) ?? '').split('\n');
  return path.startsWith('/') ? { path, isMade: origin === 'made', isSet: state === 'set' } : undefined;
}

/** A path is longer than the name of a file may be. */
function markOf(path: string): string {
  return `${folder}/${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
}
