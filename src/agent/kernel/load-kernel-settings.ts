import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has the running kernel take the settings of sysctl.d(5) again. Does nothing on a tree that is not running. */
export interface LoadKernelSettings {
  readonly kind: 'load-kernel-settings';
}

export const loadKernelSettingsKind: ActionKind<LoadKernelSettings> = {
  kind: 'load-kernel-settings',
  describe: () => 'load the kernel settings',
  apply: loadKernelSettings,
};

const ofSystemd = '/usr/lib/systemd/systemd-sysctl';

/**
 * systemd-sysctl(8) without a file's name loads all of sysctl.d(5) in order, so that the admin's own files win. Where it
 * is not installed, sysctl(8) does; `--ignore` has it pass over what this kernel does not know, as the other does.
 */
async function loadKernelSettings(_action: LoadKernelSettings, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  if ((await system.files.status(ofSystemd)) !== undefined) await system.processes.run(ofSystemd, []);
  else await system.processes.run('sysctl', ['--quiet', '--ignore', '--system']);
}
