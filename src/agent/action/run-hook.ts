import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { runForeign } from './run-foreign.ts';
import { unsafePart } from '../../core/system/safe-path.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from './kind.ts';

export type HookName =
  | 'post-disk-attach'
  | 'pre-disk-detach'
  | 'pre-freeze'
  | 'post-thaw'
  | 'post-iface-attach'
  | 'post-vm-config';

export interface RunHook {
  readonly kind: 'run-hook';
  readonly hook: HookName;
  readonly path: string;
  readonly arguments: readonly string[];
  /** What it is told beside its arguments: GANDI_DEVICE and so on, as docs/data-disks.md lists them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where something ends before `hookTimeoutSeconds` have passed. */
  readonly timeoutSeconds?: number;
}

export const runHookKind: ActionKind<RunHook> = {
  kind: 'run-hook',
  describe: (action) => `run hook ${action.hook} ${action.arguments.join(' ')}`.trimEnd(),
  deviceOf: (action) => action.environment?.GANDI_DEVICE,
  apply: runHook,
};

/** An admin's own executable in /etc/gandi/plugins.d. */
export interface RunPlugin {
  readonly kind: 'run-plugin';
  readonly path: string;
  readonly timeoutSeconds: number;
}

export const runPluginKind: ActionKind<RunPlugin> = {
  kind: 'run-plugin',
  describe: (action) => `run plugin ${action.path}`,
  apply: runPlugin,
};

/** After which a hook is stopped. */
export const hookTimeoutSeconds = 180;
// timeout(1): the status of a program that it had to end; 137 where that took SIGKILL.
const timedOut = [124, 137];
/** How long a hook may take to end once its time is over. */
export const secondsToEnd = 5;
// Of what it said, for the error.
const keptLines = 20;
const executable = 0o100;

/**
 * Runs an admin's hook as root. Refused unless only root can have written it, the whole way from `/` to the file.
 * @throws AgentError `hook.not-safe`, `hook.not-executable`, `hook.timed-out`, `process.*`
 */
export async function runHook(action: RunHook, system: System): Promise<void> {
  const environment = { GANDI_HOOK: action.hook, ...action.environment };
  const about = { device: action.environment?.GANDI_DEVICE };
  const seconds = action.timeoutSeconds ?? hookTimeoutSeconds;
  await runAsRoot(action.hook, action.path, action.arguments, seconds, environment, system, about);
}

/** Runs an admin's own step of `config`, under the rules of a hook. @throws AgentError as runHook */
async function runPlugin(action: RunPlugin, system: System): Promise<void> {
  await runAsRoot(action.path.split('/').at(-1) ?? action.path, action.path, [], action.timeoutSeconds, {}, system);
}

async function runAsRoot(
  name: string,
  path: string,
  args: readonly string[],
  seconds: number,
  environment: Readonly<Record<string, string>>,
  system: System,
  about: { readonly device?: string | undefined } = {},
): Promise<void> {
  await requireSafe(path, system);
  const program = await system.files.hostPath(path);
  let last: string[] = [];
  const tell = (line: string) => {
    if (line === '') return;
    system.journal.info(`${name} says: ${line}`, {
      speaker: 'program',
      ...(about.device === undefined ? {} : { device: about.device }),
    });
    last = [...last, line].slice(-keptLines);
  };
  const limits = { timeoutSeconds: seconds, secondsToEnd };
  const word = 'hook';
  const exitCode = await runForeign(system, { word, path: program, arguments: args, environment, ...limits }, tell);
  if (exitCode !== 0) throw failed(path, exitCode, seconds, last.join('\n'));
}

function failed(path: string, exitCode: number, seconds: number, said: string): AgentError {
  const remedy = 'see what it said in the journal';
  if (timedOut.includes(exitCode)) {
    return new AgentError(`it did not end within ${seconds} s and was stopped`, {
      code: 'hook.timed-out',
      subject: path,
      remedy,
    });
  }
  const cause = said.trim().slice(-2000) || undefined;
  return new AgentError(`it ended with status ${exitCode}`, { code: 'process.failed', subject: path, remedy, cause });
}

async function requireSafe(path: string, system: System): Promise<void> {
  const unsafe = await unsafePart(system, path);
  if (unsafe !== undefined) {
    const expected = unsafe === path ? 'file' : 'directory';
    throw new AgentError(
      `cannot run a hook through it: it must be a ${expected} of root's that nobody else can write`,
      {
        code: 'hook.not-safe',
        subject: unsafe,
        remedy: `run \`chown root ${unsafe}\` and \`chmod go-w ${unsafe}\` if you trust what it holds`,
        exitCode: ExitCode.refusedToProtectData,
      },
    );
  }
  if ((((await system.files.status(path))?.mode ?? 0) & executable) === 0) {
    throw new AgentError('cannot run the hook: it is not executable', {
      code: 'hook.not-executable',
      subject: path,
      remedy: `run \`chmod u+x ${path}\``,
    });
  }
}
