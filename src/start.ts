import { startupSnapshot } from 'node:v8';
import { main } from './main.ts';

// What the executable is built from: every module below main.ts is evaluated once, when the snapshot is built, and
// the customer's machine begins in start(). So nothing about the machine may be read before.
if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(start);
else start();

function start(): void {
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  main(process.argv.slice(2)).then((exitCode) => {
    // Not process.exit(): what was written to a pipe may still be on its way.
    process.exitCode = exitCode;
  });
}

/** The reader of a pipe went away (`gandi-agent status | head`): no reason to leave a machine half configured. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
