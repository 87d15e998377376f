import { AgentError, describeError } from '../../../core/error/agent-error.ts';
import type { Clock } from '../../../core/system/clock.ts';
import type { Files } from '../../../core/system/files.ts';
import {
  type GroupEnd,
  killProcesses,
  type ProcessGroup,
  processesWith,
  startGroup,
} from '../../../core/system/process-group.ts';
import { quoteWords } from '../../../core/command/quote-words.ts';
import type { Run, RunEnd } from './run.ts';
import { type CommandFacts, environmentFor, wordsFor } from './run-command.ts';
import { lastLines, logPath, openLog } from './run-log.ts';

/** How the command of a run is started, and where what it says goes. */
export interface CommandWorker {
  readonly files: Files;
  readonly clock: Clock;
  readonly logFolder: string;
  readonly command: readonly string[];
  readonly timeLimitSeconds: number;
  /** Names the queue; with the number of the run it marks every process that a run started. */
  readonly mark: string;
  /** What every command gets, as the server got it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The name of the machine at an address, or the address. */
  nameOf(address: string): Promise<string>;
  /** Further variables for this run; they may be secret. */
  variablesOf(run: Run): Promise<Readonly<Record<string, string>>>;
}

/** In the environment of every process of a run. */
const markVariable = 'GANDI_RUN_MARK';

/** Between being asked to end and being killed. */
const patienceSeconds = 5;

const secondsBetweenLooks = 0.01;

type Cut = 'interrupted' | 'timed-out';

/**
 * Runs the command for a machine to its end, to the time limit or until `signal` cuts it off. Then nothing of it is left:
 * after a command that ended by itself nothing of its process group, else no process that it started.
 */
export async function runCommand(worker: CommandWorker, run: Run, signal: AbortSignal): Promise<RunEnd> {
  const facts = await factsOf(worker, run);
  const [program = '', ...args] = wordsFor(worker.command, facts);
  const path = logPath(worker.logFolder, run.address);
  await using log = await openLog(worker.files, path, headingOf(worker, run, [program, ...args]));
  const environment = { ...worker.environment, ...environmentFor(facts), ...(await worker.variablesOf(run)) };
  const group = startGroup(program, args, {
    environment: { ...environment, [markVariable]: markOf(worker, run) },
    output: log.fd,
  });
  const { end, cut } = await waitFor(group, worker.timeLimitSeconds, signal);
  group.signal('SIGKILL');
  if (cut !== undefined) await clearRun(worker, run);
  return cut === undefined ? await judge(worker, run, end, path) : cutOff(worker, cut);
}

/**
 * Kills every process that a run started, and what they start meanwhile, until none is there. A process that hangs in the
 * kernel is left after some seconds: nothing ends it.
 */
export async function clearRun(worker: Pick<CommandWorker, 'mark' | 'clock'>, run: Run): Promise<void> {
  const { clock } = worker;
  const end = clock.monotonic() + patienceSeconds;
  const left = () => processesWith(markVariable, markOf(worker, run));
  for (let pids = await left(); pids.length > 0 && clock.monotonic() < end; pids = await left()) {
    killProcesses(pids);
    await clock.sleep(secondsBetweenLooks);
  }
}

function markOf({ mark }: Pick<CommandWorker, 'mark'>, run: Run): string {
  return `${mark}-${run.id}`;
}

async function factsOf(worker: CommandWorker, run: Run): Promise<CommandFacts> {
  const { address, action, id, attempt } = run;
  return { address, action, host: await worker.nameOf(address), run: String(id), attempt: String(attempt) };
}

function headingOf({ clock }: CommandWorker, run: Run, words: readonly string[]): string {
  return `== ${clock.now().toISOString()} run ${run.id}, ${run.action}, attempt ${run.attempt}: ${quoteWords(words)}`;
}

async function waitFor(
  group: ProcessGroup,
  limitSeconds: number,
  signal: AbortSignal,
): Promise<{ readonly end: GroupEnd; readonly cut: Cut | undefined }> {
  let cut: Cut | undefined;
  let lastWord: NodeJS.Timeout | undefined;
  const stop = (why: Cut) => {
    if (cut !== undefined) return;
    cut = why;
    group.signal('SIGTERM');
    lastWord = setTimeout(() => group.signal('SIGKILL'), patienceSeconds * 1000);
  };
  const interrupt = () => stop('interrupted');
  const limit = setTimeout(() => stop('timed-out'), limitSeconds * 1000);
  signal.addEventListener('abort', interrupt);
  if (signal.aborted) interrupt();
  try {
    return { end: await group.ended, cut };
  } finally {
    clearTimeout(limit);
    clearTimeout(lastWord);
    signal.removeEventListener('abort', interrupt);
  }
}

function cutOff({ timeLimitSeconds }: CommandWorker, cut: Cut): RunEnd {
  const reason =
    cut === 'timed-out'
      ? `the command did not end within ${timeLimitSeconds} s`
      : 'the server was stopped while it was under way';
  return { state: cut, reason };
}

async function judge(worker: CommandWorker, run: Run, end: GroupEnd, path: string): Promise<RunEnd> {
  if (end.exitCode === 0) return { state: 'done', reason: null };
  if (end.cause !== undefined) return { state: 'failed', reason: describeError(cannotStart(end.cause)) };
  const how = end.exitCode === undefined ? `ended by ${end.signal}` : `exit status ${end.exitCode}`;
  const [said = ''] = await lastLines(worker.files, path, 1);
  const isOwn = said.startsWith('== ');
  return { state: 'failed', reason: `${run.action} for ${run.address}: ${how}${isOwn ? '' : `: ${said}`}` };
}

function cannotStart(cause: unknown): AgentError {
  return new AgentError('cannot start the command', {
    code: 'process.missing',
    subject: '/usr/bin/setpriv',
    remedy: 'install the package that provides it',
    cause,
  });
}
