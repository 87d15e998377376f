import type { System } from '../../core/system/system.ts';
import { dbusIdPath, machineIdPath, observeIdentity } from './identity.ts';

/** What one machine has and its copies must not have alike. */
export interface ImageRemains {
  /** Files that are removed: keys, seeds, what was applied to this machine, what its customer ran. */
  readonly files: readonly string[];
  /** The content of /etc/machine-id; undefined where there is none. */
  readonly machineId: string | undefined;
}

/** Folders of ours whose files tell of one machine. */
const ownFolders = ['/gandi', '/var/lib/gandi', '/var/log/gandi'];

/** Looks for everything that `gandi-agent image clean` removes; it changes nothing. */
export async function observeImageRemains(system: System): Promise<ImageRemains> {
  const { copiedFiles, dbusHasOwnId } = await observeIdentity(system);
  const own = await Promise.all(ownFolders.map((folder) => filesBelow(system, folder)));
  return {
    files: [...copiedFiles, ...(dbusHasOwnId ? [dbusIdPath] : []), ...own.flat()],
    machineId: await system.files.read(machineIdPath),
  };
}

async function filesBelow(system: System, folder: string): Promise<string[]> {
  const paths = (await system.files.list(folder)).map((name) => `${folder}/${name}`);
  const found = await Promise.all(
    paths.map(async (path) => {
      const isFolder = (await system.files.status(path))?.type === 'directory';
      return isFolder ? filesBelow(system, path) : [path];
    }),
  );
  return found.flat();
}
