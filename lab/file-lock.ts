import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';

/** A flock(2) lock; it lasts until it is released and every process that inherited its descriptor has ended. */
export interface FileLock {
  readonly descriptor: number;
  release(): Promise<void>;
}

/**
 * Waits until one of the files can be locked and locks that one; files that are missing are made.
 * Node has no flock(2), so flock(1) takes the lock on a descriptor that is shared with it and then ends:
 * the lock belongs to the open file and not to the process.
 */
export async function lockOneOf(paths: readonly [string, ...string[]]): Promise<FileLock> {
  const attempts = await Promise.all(paths.map(startAttempt));
  const winner = await Promise.any(attempts.map((attempt) => attempt.granted));
  await Promise.all(attempts.filter((attempt) => attempt !== winner).map(giveUp));
  return { descriptor: winner.file.fd, release: () => winner.file.close() };
}

interface Attempt {
  readonly file: FileHandle;
  readonly child: ChildProcess;
  readonly granted: Promise<Attempt>;
}

async function startAttempt(path: string): Promise<Attempt> {
  const file = await open(path, 'a');
  const child = spawn('flock', ['--exclusive', '0'], { stdio: [file.fd, 'ignore', 'ignore'] });
  const attempt = { file, child, granted: waitUntilGranted() };
  return attempt;

  async function waitUntilGranted(): Promise<Attempt> {
    const [exitCode] = await once(child, 'exit');
    if (exitCode !== 0) throw new Error(`cannot lock ${path}`);
    return attempt;
  }
}

async function giveUp(attempt: Attempt): Promise<void> {
  const ended = attempt.granted.catch(() => undefined);
  attempt.child.kill('SIGKILL');
  await ended;
  await attempt.file.close();
}
