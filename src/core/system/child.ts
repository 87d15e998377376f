import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string | undefined;
  readonly workingFolder?: string | undefined;
  /** UTF-8 unless told. */
  readonly encoding?: 'latin1' | undefined;
  /** Bytes of each stream; who prints more is killed. */
  readonly maximalOutput: number;
}

/** How a child ended: with an exit status, by a signal, or, with neither, it could not be started. */
export interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly cause?: unknown;
}

export interface Child {
  /** Once it has ended and its output is closed. */
  readonly ended: Promise<Ended>;
  /** Kills it and lets go of it: one in uninterruptible sleep never ends, whatever it is sent. */
  abandon(): void;
}

/**
 * Starts a tool and keeps what it prints. Node's own spawn and not execa, which takes 15 ms of processor time for the
 * first child of a process and this 3: a disk's mount waits for it, ten times as long in an emulated guest (docs/benchmarks.md).
 */
export function startChild(tool: string, args: readonly string[], options: ChildOptions): Child {
  const { environment: env, input, workingFolder: cwd, maximalOutput, encoding } = options;
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const child = spawn(tool, args, { env, stdio: [stdin, 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
  const streams = [child.stdout, child.stderr].map((stream) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    stream?.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > maximalOutput) child.kill('SIGKILL');
      else pieces.push(piece);
    });
    return pieces;
  });
  // Who ends without reading its input says so by its exit status.
  child.stdin?.on('error', () => undefined).end(input);
  const output = () => {
    const [stdout = '', stderr = ''] = streams.map((pieces) => Buffer.concat(pieces).toString(encoding));
    return { stdout, stderr };
  };
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (cause) => child.pid === undefined && resolve({ ...output(), cause }));
    child.on('close', (code, signal) =>
      resolve({ ...output(), ...(code === null ? { signal: signal ?? 'unknown' } : { exitCode: code }) }),
    );
  });
  return { ended, abandon: () => void child.kill('SIGKILL') };
}
