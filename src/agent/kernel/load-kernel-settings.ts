import { AgentError } from '../../core/error/agent-error.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';
import { isBound, runForeign } from '../action/run-foreign.ts';

/** Has the running kernel take the settings of sysctl.d(5) again. Does nothing on a tree that is not running. */
export interface LoadKernelSettings {
  readonly kind: 'load-kernel-settings';
}

export const loadKernelSettingsKind: ActionKind<LoadKernelSettings> = {
  kind: 'load-kernel-settings',
  isLiveOnly: () => true,
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
  const isThere = (await system.files.status(ofSystemd)) !== undefined;
  const [path, ...args] = isThere ? [ofSystemd] : (['sysctl', '--quiet', '--ignore', '--system'] as const);
  if (await isBound(system)) await loadApart(path, args, system);
  else await system.processes.run(path, args);
}

/** A setting may need any privilege. */
async function loadApart(path: string, args: readonly string[], system: System): Promise<void> {
  const said: string[] = [];
  const program = { word: 'sysctl', path, arguments: args, environment: {}, timeoutSeconds: 60, secondsToEnd: 5 };
  const exitCode = await runForeign(system, program, (line) => said.push(line));
  if (exitCode === 0) return;
  throw new AgentError('the kernel did not take all settings', {
    code: 'process.failed',
    subject: path,
    remedy: 'correct the files of sysctl.d(5), then run the stage again',
    cause: said.join('; ').slice(0, 2000) || `exit status ${exitCode}`,
  });
}
