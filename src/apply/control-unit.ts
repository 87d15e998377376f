import type { ControlUnit } from '../action.ts';
import { isRunningMachine, type System } from '../system/system.ts';

// systemd ends a service 90 s after it was asked to stop, DefaultTimeoutStopSec= of systemd-system.conf(5).
const stopSeconds = 120;

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
  const args = [...(verb === 'stop' ? [] : ['--no-block']), verb, unit];
  await system.processes.run('systemctl', args, { timeoutSeconds: stopSeconds });
}
