import { observeHook } from '../action/observe-hook.ts';
import type { Flags } from '../flags/flag-table.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

export interface PluginFacts {
  /** Names of the executable files in the folder, sorted. */
  readonly executables: readonly string[];
  /** Path of the hook that follows them; undefined if there is none. */
  readonly hook: string | undefined;
}

const executable = 0o111;

/** None on a tree that is not running: an admin's program is meant for the machine, not for the host of its image. */
export async function observePlugins(system: System, flags: Flags): Promise<PluginFacts> {
  if (!isRunningMachine(system)) return { executables: [], hook: undefined };
  const { files } = system;
  const folder = flags.GANDI_PLUGIN_DIR;
  const names = await files.list(folder);
  const statuses = await Promise.all(names.map((name) => files.status(`${folder}/${name}`)));
  const hook = `${flags.GANDI_HOOK_DIR}/post-vm-config`;
  return {
    executables: names.filter((_, index) => ((statuses[index]?.mode ?? 0) & executable) !== 0),
    hook: await observeHook(system, hook),
  };
}
