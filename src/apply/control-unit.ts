import type { ControlUnit } from '../action.ts';
import { isRunBySystemd, isRunningMachine, type System } from '../system/system.ts';

// systemd ends a service 90 s after it was asked to stop, DefaultTimeoutStopSec= of systemd-system.conf(5).
const stopSeconds = 120;

// service(8) has no "only if it runs"; the scripts of Debian reload nothing that does not run.
const verbsOfScripts = { start: 'start', stop: 'stop', 'try-reload-or-restart': 'reload' } as const;

/**
 * systemctl(1), and service(8) where systemd does not run. Enabling works on a tree as well; what is about running units
 * is left out there. A start or reload is queued and not waited for: at boot the unit may be ordered after ours.
 */
export async function controlUnit({ unit, verb }: ControlUnit, system: System): Promise<void> {
  if (verb === 'enable') {
    const root = system.root === '/' ? [] : [`--root=${system.root}`];
    // A reload of systemd in the middle of boot is slow, and nothing here needs it.
    await system.processes.run('systemctl', [...root, 'enable', '--quiet', '--no-reload', unit]);
    return;
  }
  if (!isRunningMachine(system)) return;
  if (!(await isRunBySystemd(system))) return callScript(unit.replace(/\.service$/, ''), verbsOfScripts[verb], system);
  const args = [...(verb === 'stop' ? [] : ['--no-block']), verb, unit];
  await system.processes.run('systemctl', args, { timeoutSeconds: stopSeconds });
}

async function callScript(name: string, verb: string, system: System): Promise<void> {
  if ((await system.files.status(`/etc/init.d/${name}`)) === undefined) return;
  await system.processes.run('service', [name, verb], { timeoutSeconds: stopSeconds });
}
