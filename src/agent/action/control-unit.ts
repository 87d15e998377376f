import { enableOnTree } from './enable-on-tree.ts';
import { isRunBySystemd, isRunningMachine, scriptCaller, type System } from '../../core/system/system.ts';
import type { ActionKind } from './kind.ts';

/** systemctl(1) on one unit, or service(8) where systemd does not run. On a tree that is not running only `enable` does anything. */
export interface ControlUnit {
  readonly kind: 'control-unit';
  readonly unit: string;
  readonly verb: 'enable' | 'start' | 'stop' | 'try-reload-or-restart' | 'try-restart';
}

export const controlUnitKind: ActionKind<ControlUnit> = {
  kind: 'control-unit',
  isLiveOnly: ({ verb }) => verb !== 'enable',
  describe: (action) => `${action.verb} ${action.unit}`,
  apply: controlUnit,
};

// systemd ends a service 90 s after it was asked to stop, DefaultTimeoutStopSec= of systemd-system.conf(5).
const stopSeconds = 120;

const verbsOfScripts = {
  start: 'start',
  stop: 'stop',
  'try-reload-or-restart': 'reload',
  'try-restart': 'try-restart',
} as const;

/**
 * systemctl(1), or where systemd does not run service(8) or rc-service(8). Enabling works on a tree as well; what is about
 * running units is left out there.
 * A start or reload is queued and not waited for: at boot the unit may be ordered after ours.
 */
async function controlUnit({ unit, verb }: ControlUnit, system: System): Promise<void> {
  if (!isRunningMachine(system)) return verb === 'enable' ? enableOnTree(unit, system) : undefined;
  if (verb === 'enable') {
    // A reload of systemd in the middle of boot is slow, and nothing here needs it.
    await system.processes.run('systemctl', ['enable', '--quiet', '--no-reload', unit]);
    return;
  }
  if (!(await isRunBySystemd(system))) return callScript(unit.replace(/\.service$/, ''), verbsOfScripts[verb], system);
  const args = [...(verb === 'stop' ? [] : ['--no-block']), verb, unit];
  await system.processes.run('systemctl', args, { timeoutSeconds: stopSeconds });
}

async function callScript(name: string, verb: string, system: System): Promise<void> {
  if ((await system.files.status(`/etc/init.d/${name}`)) === undefined) return;
  const caller = await scriptCaller(system);
  // service(8) cannot say "only if it runs"; the scripts of Debian reload nothing that does not run.
  const condition = verb === 'reload' && caller === 'rc-service' ? ['--ifstarted'] : [];
  await system.processes.run(caller, [...condition, name, verb], { timeoutSeconds: stopSeconds });
}
