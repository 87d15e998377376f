import { startupSnapshot } from 'node:v8';
import { main } from './main.ts';

// What the executable is built from: every module below main.ts is evaluated once, when the snapshot is built, and
// the customer's machine begins in start(). So nothing about the machine may be read before.
if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(start);
else start();

function start(): void {
  // What `ps` and `disk detach` show for it.
  process.title = 'gandi-agent';
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  main(process.argv.slice(2), process.argv0).then(endOnceWritten);
}

/**
 * Ends the process although a child may still be there: one in uninterruptible sleep on a hung disk never ends, and
 * would keep the agent, and all later events, with it. What was written to a pipe is let through first.
 */
function endOnceWritten(exitCode: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

/** The reader of a pipe went away (`gandi-agent status | head`): no reason to leave a machine half configured. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
