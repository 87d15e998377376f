import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface StageOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  /** Standard input is this program's own, or nothing. */
  readonly input: 'own' | 'nothing';
  /** Standard output is this program's own, or comes as a stream, with standard error on the same one. */
  readonly output: 'own' | 'stream' | 'stream-without-errors';
  /** Further descriptors from 3 on, as pipes. */
  readonly channels: number;
}

export interface StageEnd {
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** Why it could not be started. */
  readonly cause?: Error;
}

/** A program that works for minutes and speaks to its user, with channels beside its output. */
export interface StageChild {
  /** Once the program itself has ended, whatever it left running. */
  readonly ended: Promise<StageEnd>;
  readonly outputs: readonly Readable[];
  /** Both directions of the descriptor `3 + index`. */
  readonly channels: readonly (Readable & Writable)[];
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program with its arguments as they are. */
export function startStageChild(program: string, args: readonly string[], options: StageOptions): StageChild {
  const { environment: env, workingFolder: cwd, input, output, channels } = options;
  const own = 'inherit' as const;
  const out = output === 'own' ? own : 'pipe';
  const child = spawn(program, args, {
    env,
    stdio: [
      input === 'own' ? own : 'ignore',
      out,
      output === 'stream-without-errors' ? own : out,
      ...Array.from({ length: channels }, () => 'pipe' as const),
    ],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const ended = new Promise<StageEnd>((resolve) => {
    child.on('error', (cause) => child.pid === undefined && resolve({ cause }));
    child.on('exit', (code, signal) => resolve(signal === null ? { exitCode: code ?? 1 } : { signal }));
  });
  const further = child.stdio.slice(3) as unknown as (Readable & Writable)[];
  // A reader that has gone says so by its exit status.
  for (const channel of further) channel.on('error', () => undefined);
  return {
    ended,
    outputs: [child.stdout, child.stderr].filter((stream) => stream !== null),
    channels: further,
    kill: (signal) => void child.kill(signal),
  };
}
