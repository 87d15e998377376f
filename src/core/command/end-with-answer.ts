import { ExitCode } from '../error/agent-error.ts';

/**
 * Ends the process with the answer of its work, and never with success without one: Node ends a process that has nothing
 * left to wait for, also when a promise of it was never settled.
 */
export function endWithAnswer(work: () => Promise<number>): void {
  process.exitCode = ExitCode.stepFailed;
  work().then(endOnceWritten);
}

/**
 * Ends the process although a child may still be there: one in uninterruptible sleep on a hung disk never ends, and
 * would keep the agent, and all later events, with it. What was written to a pipe is let through first.
 */
function endOnceWritten(exitCode: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}
