import type { ControlUnit } from '../action.ts';
import { isRunningMachine, type System } from '../system/system.ts';

/**
 * systemctl(1). Enabling works on a tree as well; what is about running units is left out there, and where
 * systemd does not run. A start or reload is queued and not waited for: at boot the unit may be ordered after ours.
 */
export async function controlUnit({ unit, verb }: ControlUnit, system: System): Promise<void> {
  if (verb === 'enable') {
    const root = system.root === '/' ? [] : [`--root=${system.root}`];
    // A reload of systemd in the middle of boot is slow, and nothing here needs it.
    await system.processes.run('systemctl', [...root, 'enable', '--quiet', '--no-reload', unit]);
    return;
  }
  if (!isRunningMachine(system) || (await system.files.status('/run/systemd/system')) === undefined) return;
  await system.processes.run('systemctl', [...(verb === 'stop' ? [] : ['--no-block']), verb, unit]);
}
