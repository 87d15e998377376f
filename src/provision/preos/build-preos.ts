import { bootDrive, requireDrive } from './boot-drive.ts';
import { bootstrap } from './bootstrap.ts';
import type { BuildDoors } from './build-doors.ts';
import type { BuildOptions } from './build-options.ts';
import { configure } from './configure.ts';
import type { Distribution } from './distributions.ts';
import { pack, removeTree } from './pack.ts';

/**
 * Builds a PreOS: the small system that a bare machine boots from the network to be installed. Each step that was asked
 * for, in this order; the first that fails ends the build, and keeps the tree.
 * @throws AgentError what a step throws
 */
export async function buildPreos(doors: BuildDoors, distribution: Distribution, options: BuildOptions): Promise<void> {
  const { tree, steps, pxeFolder, drive, consoles } = options;
  if (drive !== null) await requireDrive(doors, tree, drive);
  if (steps.bootstrap) {
    doors.tell(`Making a tree of ${distribution.name} ${options.suite} in ${tree}.`);
    await bootstrap(doors, distribution, options);
  }
  if (steps.configure) {
    doors.tell(`Configuring ${tree}.`);
    await configure(doors, distribution, options);
  }
  if (pxeFolder !== null) {
    doors.tell(`Making ${pxeFolder} of it.`);
    await pack(doors, tree, pxeFolder, consoles);
  }
  if (drive !== null) {
    doors.tell(`Making ${drive.path} start ${tree}.`);
    await bootDrive(doors, options, drive);
  }
  if (steps.remove) {
    doors.tell(`Removing ${tree}.`);
    await removeTree(doors, tree);
  }
}
