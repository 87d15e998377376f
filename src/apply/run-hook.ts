import type { RunHook, RunPlugin } from '../action.ts';
import { AgentError, ExitCode } from '../agent-error.ts';
import type { FileStatus } from '../system/files.ts';
import type { System } from '../system/system.ts';

const timeoutSeconds = 180;
const writableByOthers = 0o022;
const executable = 0o100;

/**
 * Runs an admin's hook as root. Refused unless only root can have written it, the whole way from `/` to the file.
 * @throws AgentError `hook.not-safe`, `hook.not-executable`, `process.*`
 */
export async function runHook(action: RunHook, system: System): Promise<void> {
  await runAsRoot(action.hook, action.path, action.arguments, system);
}

/** Runs an admin's own step of `config`, under the rules of a hook. @throws AgentError as runHook */
export async function runPlugin(action: RunPlugin, system: System): Promise<void> {
  await runAsRoot(action.path.split('/').at(-1) ?? action.path, action.path, [], system);
}

async function runAsRoot(name: string, path: string, args: readonly string[], system: System): Promise<void> {
  for (const part of pathsDownTo(path)) requireSafe(part, await system.files.status(part), part === path);
  const program = await system.files.hostPath(path);
  const { stdout, stderr } = await system.processes.run(program, args, { timeoutSeconds, workingFolder: '/' });
  for (const line of `${stdout}${stderr}`.split('\n').filter((each) => each !== '')) {
    system.journal.info(`${name} says: ${line}`);
  }
}

/** `/a/b` gives `/`, `/a`, `/a/b`. */
function pathsDownTo(path: string): string[] {
  const components = path.split('/').filter((component) => component !== '');
  return ['/', ...components.map((_, index) => `/${components.slice(0, index + 1).join('/')}`)];
}

function requireSafe(path: string, status: FileStatus | undefined, isHook: boolean): void {
  const expected = isHook ? 'file' : 'directory';
  if (status?.type !== expected || status.uid !== 0 || (status.mode & writableByOthers) !== 0) {
    throw new AgentError(
      `cannot run a hook through it: it must be a ${expected} of root's that nobody else can write`,
      {
        code: 'hook.not-safe',
        subject: path,
        remedy: `run \`chown root ${path}\` and \`chmod go-w ${path}\` if you trust what it holds`,
        exitCode: ExitCode.refusedToProtectData,
      },
    );
  }
  if (isHook && (status.mode & executable) === 0) {
    throw new AgentError('cannot run the hook: it is not executable', {
      code: 'hook.not-executable',
      subject: path,
      remedy: `run \`chmod u+x ${path}\``,
    });
  }
}
