import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, ExecaError } from 'execa';
import { AgentError } from '../error/agent-error.ts';
import type { Secret } from '../secret/secret.ts';
import { type Ended, startChild } from './child.ts';
import type { Journal } from './journal.ts';
import { pipeThrough } from './pipe-through.ts';
import { toolEnvironment } from './tool-environment.ts';

export interface RunOptions {
  /** Standard input; the way for a secret to reach a tool, as argument lists are world-readable. */
  readonly input?: string | Secret;
  /** null for no limit: then the caller waits as long as a device may hang. 60 unless told. */
  readonly timeoutSeconds?: number | null;
  /** Exit statuses that are answers and not failures, as the tool's man page lists them. */
  readonly acceptExitCodes?: readonly number[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  /** `latin1` for a tool that prints bytes and not text: one character per byte, which `Buffer.from(text, 'latin1')` takes back. */
  readonly encoding?: 'latin1';
}

export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FollowOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  /** Ends a program that goes on until it is told to stop. */
  readonly signal?: AbortSignal;
}

/** A child that holds something (a lock, a watch) until it is released. */
export interface HeldProcess {
  release(): Promise<void>;
}

/** @throws AgentError `process.failed` or `process.missing`, once all that came out was handed on */
export type Pipe = (
  tool: string,
  args: readonly string[],
  input: AsyncIterable<Uint8Array>,
) => AsyncGenerator<Uint8Array>;

export interface Processes {
  /**
   * Runs a tool to its end, without a shell, with a fixed environment.
   * @throws AgentError `process.failed`, `process.timed-out` or `process.missing`
   */
  run(tool: string, args: readonly string[], options?: RunOptions): Promise<Output>;
  /**
   * Runs a program whose output may be long and takes its time: each line is handed on as it comes, nothing is kept,
   * and neither arguments nor output are logged here. What it left running in the background is not waited for.
   * @returns the exit status; 128 where a signal ended it
   * @throws AgentError `process.missing`
   */
  follow(
    program: string,
    args: readonly string[],
    onLine: (line: string) => void,
    options?: FollowOptions,
  ): Promise<number>;
  /** Sends bytes through a tool, as a pipe of a shell would; see `pipeThrough`. */
  pipe: Pipe;
  /** Starts a tool that echoes its standard input and returns once it does; undefined if it ended first (a lock not granted). */
  hold(tool: string, args: readonly string[]): Promise<HeldProcess | undefined>;
}

const defaultTimeoutSeconds = 60;
const maximalOutput = 4 * 1024 * 1024;

export function openProcesses(journal: Journal): Processes {
  return {
    run: (tool, args, options = {}) => run(journal, tool, args, options),
    follow,
    pipe: pipeThrough,
    hold,
  };
}

async function run(journal: Journal, tool: string, args: readonly string[], options: RunOptions): Promise<Output> {
  journal.debug('run', { tool, arguments: args });
  const timeoutSeconds = options.timeoutSeconds === undefined ? defaultTimeoutSeconds : options.timeoutSeconds;
  const { input } = options;
  const child = startChild(tool, args, {
    environment: { ...toolEnvironment, ...options.environment },
    input: input === undefined || typeof input === 'string' ? input : input.reveal(),
    workingFolder: options.workingFolder,
    encoding: options.encoding,
    maximalOutput,
  });
  const result = timeoutSeconds === null ? await child.ended : await withDeadline(child.ended, timeoutSeconds);
  if (result === 'timed out') {
    child.abandon();
    throw new AgentError(`${tool} did not end within ${timeoutSeconds} s`, {
      code: 'process.timed-out',
      subject: args.at(-1) ?? tool,
      remedy: 'look for a hung device with `dmesg`, then run the stage again',
    });
  }
  return judge(tool, args, options, result);
}

async function withDeadline(child: Promise<Ended>, seconds: number): Promise<Ended | 'timed out'> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'timed out'>((resolve) => {
    timer = setTimeout(() => resolve('timed out'), seconds * 1000);
  });
  try {
    return await Promise.race([child, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function judge(tool: string, args: readonly string[], options: RunOptions, result: Ended): Output {
  const { stdout, stderr } = result;
  if (result.exitCode === undefined && result.signal === undefined) {
    throw missing(tool, result.cause);
  }
  const exitCode = result.exitCode ?? 128;
  if (exitCode === 0 || options.acceptExitCodes?.includes(exitCode)) return { exitCode, stdout, stderr };
  const said = stderr.trim() || stdout.trim() || `exit status ${exitCode}`;
  throw new AgentError(`${tool} failed`, {
    code: 'process.failed',
    subject: args.at(-1) ?? tool,
    remedy: 'see the message of the tool',
    cause: said.slice(0, 2000),
  });
}

function missing(tool: string, cause: unknown): AgentError {
  return new AgentError(`cannot start ${tool}`, {
    code: 'process.missing',
    subject: tool,
    remedy: 'install the package that provides it',
    cause: cause instanceof ExecaError ? (cause.cause ?? cause.originalMessage) : cause,
  });
}

async function follow(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
  options: FollowOptions = {},
): Promise<number> {
  const child = execa(program, args, {
    extendEnv: false,
    env: { ...toolEnvironment, ...options.environment },
    stdin: 'ignore',
    buffer: false,
    reject: false,
    ...(options.workingFolder === undefined ? {} : { cwd: options.workingFolder }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  // Each stream has a reader of its own: half a line of one must not be joined to a line of the other.
  const readers = [child.stdout, child.stderr].map((input) => createInterface({ input }).on('line', onLine));
  const silent = Promise.all(readers.map((reader) => once(reader, 'close')));
  const exited = new Promise<number>((resolve) => {
    child.nodeChildProcess.once('exit', (exitCode) => resolve(exitCode ?? 128));
  });
  const status = await Promise.race([exited, child.then(unlessMissing(program))]);
  // A daemon that the program left behind may hold its output open for ever.
  await Promise.race([silent, sleep(1000, undefined, { ref: false })]);
  for (const reader of readers) reader.close();
  child.stdout.destroy();
  child.stderr.destroy();
  return status;
}

type FollowEnd = Pick<Ended, 'exitCode' | 'signal'>;

/** A program that could not be started has no exit event, only a result. */
function unlessMissing(program: string): (result: FollowEnd) => number {
  return (result) => {
    if (result.exitCode === undefined && result.signal === undefined) throw missing(program, result);
    return result.exitCode ?? 128;
  };
}

async function hold(tool: string, args: readonly string[]): Promise<HeldProcess | undefined> {
  const child = execa(tool, args, {
    extendEnv: false,
    env: toolEnvironment,
    stdin: 'pipe',
    stdout: 'pipe',
    buffer: false,
    reject: false,
  });
  const answered = new Promise<true>((resolve) => child.stdout.once('data', () => resolve(true)));
  // The child may be gone already, and then its end says so.
  child.stdin.on('error', () => undefined);
  child.stdin.write('held\n');
  const isHeld = await Promise.race([answered, child.then(() => false)]);
  if (!isHeld) return undefined;
  return {
    release: async () => {
      child.stdin.end();
      await child;
    },
  };
}
