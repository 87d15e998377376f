import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../../core/error/agent-error.ts';
import { isRunBySystemd, isRunningMachine, type System } from '../../core/system/system.ts';
import { toolEnvironment } from '../../core/system/tool-environment.ts';
import { observeUnitProperties } from '../../core/system/unit-properties.ts';

/** A program that may do anything that root may: of an admin, of a customer, or one that does what they have written down. */
export interface ForeignProgram {
  /** What it is to people, and to systemd in the name of its unit: `hook`, `sysctl`. */
  readonly word: string;
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** 0 for no limit */
  readonly timeoutSeconds: number;
  /** How long it may take to end once it was asked to. */
  readonly secondsToEnd: number;
}

/**
 * Runs a program to its end. One that is started by a service of ours would have the doors closed that its unit closes, so
 * systemd starts it in a unit of its own there. What it leaves running goes on.
 * @param onLine each line that it says, as it comes
 * @returns the exit status; 124 or 137 where its time was over, as timeout(1) says it
 * @throws AgentError `process.*`
 */
export async function runForeign(
  system: System,
  program: ForeignProgram,
  onLine: (line: string) => void,
): Promise<number> {
  if (await isBound(system)) return runApart(system, program, onLine);
  const { environment } = program;
  return system.processes.follow('timeout', limited(program), onLine, { workingFolder: '/', environment });
}

/** timeout(1) makes a process group of it, so that what it started ends with it. */
function limited({ path, arguments: args, timeoutSeconds, secondsToEnd }: ForeignProgram): string[] {
  return [`--kill-after=${secondsToEnd}`, String(timeoutSeconds), path, ...args];
}

/** NoNewPrivileges= of our unit, proc_pid_status(5): whatever this process starts is bound as it is. */
export async function isBound(system: System): Promise<boolean> {
  if (!isRunningMachine(system) || !(await isRunBySystemd(system))) return false;
  return /^NoNewPrivs:\s*1$/m.test((await system.files.read('/proc/self/status')) ?? '');
}

/**
 * As a service and not as a scope: that would be a child of ours. Without D-Bus, which is not everywhere, and without waiting
 * for what systemd orders services behind: at boot that may wait for us.
 */
async function runApart(system: System, program: ForeignProgram, onLine: (line: string) => void): Promise<number> {
  const { word } = program;
  const id = randomUUID();
  const pipe = `/run/gandi/${word}-${id}`;
  const unit = `gandi-${word}-${id}.service`;
  await system.processes.run('mkfifo', ['--mode=0600', pipe]);
  const silent = new AbortController();
  try {
    const reading = system.processes.follow('cat', [pipe], onLine, { signal: silent.signal });
    const exitCode = await startUnit(system, unit, pipe, program);
    // What it left running may hold its output open for ever.
    await Promise.race([reading, sleep(1000, undefined, { ref: false })]);
    silent.abort();
    await reading;
    return exitCode;
  } finally {
    silent.abort();
    await system.files.remove(pipe);
  }
}

async function startUnit(system: System, unit: string, pipe: string, program: ForeignProgram): Promise<number> {
  const environment = Object.entries({ ...toolEnvironment, ...program.environment });
  const properties = [
    'DefaultDependencies=no',
    'Conflicts=shutdown.target',
    'Before=shutdown.target',
    'KillMode=process',
    'TimeoutStartSec=infinity',
    `StandardOutput=file:${pipe}`,
    'StandardError=inherit',
  ];
  const args = [
    '--quiet',
    `--unit=${unit}`,
    // Else it is the command line, which systemd writes to the journal; arguments may be secrets.
    `--description=${program.word} that gandi-agent runs`,
    '--service-type=oneshot',
    '--working-directory=/',
    ...properties.map((property) => `--property=${property}`),
    ...environment.map(([name, value]) => `--setenv=${name}=${value}`),
    '--',
    'timeout',
    // systemd puts values of the environment in the place of `$NAME`: systemd.service(5), COMMAND LINES.
    ...limited(program).map((word) => word.replaceAll('$', '$$$$')),
  ];
  // It returns once the program has ended: systemd.service(5), Type=oneshot.
  const { exitCode } = await system.processes.run('systemd-run', args, { timeoutSeconds: null, acceptExitCodes: [1] });
  return exitCode === 0 ? 0 : failedStatus(system, unit);
}

/** A unit that failed stays until somebody has asked how. */
async function failedStatus(system: System, unit: string): Promise<number> {
  const [shown] = await observeUnitProperties(system, [unit], ['LoadState', 'ExecMainCode', 'ExecMainStatus']);
  if (shown?.LoadState !== 'loaded') throw notStarted(unit);
  await system.processes.run('systemctl', ['reset-failed', '--', unit], { acceptExitCodes: [1] });
  // CLD_EXITED of waitid(2); a signal otherwise.
  return shown.ExecMainCode === '1' ? Number(shown.ExecMainStatus) : 128 + Number(shown.ExecMainStatus);
}

function notStarted(unit: string): AgentError {
  return new AgentError('systemd could not start it', {
    code: 'process.failed',
    subject: unit,
    remedy: 'see what systemd says of it in the journal',
  });
}
