import { type FileHandle, open } from 'node:fs/promises';
import { execa, type ResultPromise } from 'execa';

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
  readonly child: ResultPromise<{ reject: false }>;
  readonly granted: Promise<Attempt>;
}

async function startAttempt(path: string): Promise<Attempt> {
  const file = await open(path, 'a');
  const child = execa('flock', ['--exclusive', '3'], { stdio: ['ignore', 'ignore', 'ignore', file.fd], reject: false });
  const attempt = { file, child, granted: waitUntilGranted() };
  return attempt;

  async function waitUntilGranted(): Promise<Attempt> {
    const { exitCode } = await child;
    if (exitCode !== 0) throw new Error(`cannot lock ${path}`);
    return attempt;
  }
}

async function giveUp(attempt: Attempt): Promise<void> {
  attempt.granted.catch(() => undefined);
  attempt.child.kill('SIGKILL');
  await attempt.child;
  await attempt.file.close();
}
