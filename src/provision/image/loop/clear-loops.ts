import type { System } from '../../../core/system/system.ts';
import { entriesOf, fileText } from '../../../core/system/own-tree.ts';

/**
 * Detaches loop devices of files below folders that killed builds left. There is one only where a build was killed in the
 * moment between attaching a device and binding it to its process.
 */
export async function clearLoops(folders: readonly string[], { processes }: System): Promise<void> {
  if (folders.length === 0) return;
  for (const { name } of await entriesOf('/sys/block')) {
    const file = name.startsWith('loop') ? await fileText(`/sys/block/${name}/loop/backing_file`) : undefined;
    if (file !== undefined && folders.some((folder) => file.startsWith(`${folder}/`)))
      await processes.run('losetup', ['--detach', `/dev/${name}`]);
  }
}
