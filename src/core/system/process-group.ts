import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

export interface GroupOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** A file that is open for writing: all of them write to it. */
  readonly output: number;
  readonly workingFolder?: string;
}

/** How the first process of a group ended: with an exit status, by a signal, or, with neither, it could not be started. */
export interface GroupEnd {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly cause?: unknown;
}

/** A program with all that it starts and that stays in its group. */
export interface ProcessGroup {
  readonly ended: Promise<GroupEnd>;
  /** Reaches every process of the group; none left is fine. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/**
 * Starts a program in a session of its own, so that it can be ended with its children. It dies with this process, however
 * that ends: setpriv(1) has the kernel kill it, as prctl(2) with PR_SET_PDEATHSIG does. What it started by then is left to
 * `processesWith`.
 */
export function startGroup(program: string, args: readonly string[], options: GroupOptions): ProcessGroup {
  const { environment: env, output, workingFolder: cwd } = options;
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {
    env,
    detached: true,
    stdio: ['ignore', output, output],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const ended = new Promise<GroupEnd>((resolve) => {
    child.on('error', (cause) => child.pid === undefined && resolve({ cause }));
    child.on('exit', (code, signal) => resolve(code === null ? { signal: signal ?? 'unknown' } : { exitCode: code }));
  });
  return { ended, signal: (name) => child.pid !== undefined && send(-child.pid, name) };
}

/**
 * The numbers of all processes whose environment has this assignment: what a program started, wherever it went. Root
 * sees everybody's, others their own.
 */
export async function processesWith(variable: string, value: string): Promise<number[]> {
  const wanted = Buffer.from(`${variable}=${value}`);
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(names.map((name) => hasAssignment(name, wanted)));
  return names.filter((_, index) => found[index]).map(Number);
}

/** Kills each of them; one that is gone is fine. */
export function killProcesses(pids: readonly number[]): void {
  for (const pid of pids) send(pid, 'SIGKILL');
}

/** proc_pid_environ(5): assignments that end in NUL. */
async function hasAssignment(pid: string, wanted: Buffer): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`).catch(() => Buffer.alloc(0));
  const marked = Buffer.concat([Buffer.from([0]), environment]);
  return marked.includes(Buffer.concat([Buffer.from([0]), wanted, Buffer.from([0])]));
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // ESRCH: gone already. EPERM: not ours, so we did not start it.
  }
}
