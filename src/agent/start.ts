import { startupSnapshot } from 'node:v8';
import { endWithAnswer } from './end-with-answer.ts';
import { main } from './main.ts';

// What the executable is built from: every module below main.ts is evaluated once, when the snapshot is built, and
// the customer's machine begins in start(). So nothing about the machine may be read before.
if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(start);
else start();

function start(): void {
  // What `ps` and `disk detach` show for it.
  process.title = 'gandi-agent';
  ignoreClosedPipeOf('stdout');
  ignoreClosedPipeOf('stderr');
  endWithAnswer(() => main(process.argv.slice(2), process.argv0));
}

/**
 * Listens to a stream for errors from its first use on, and not before: making one takes 3 ms of processor time, for which
 * a disk's mount would wait.
 */
function ignoreClosedPipeOf(name: 'stdout' | 'stderr'): void {
  const make = Object.getOwnPropertyDescriptor(process, name)?.get;
  if (make === undefined) return;
  const get = (): NodeJS.WriteStream => {
    const stream: NodeJS.WriteStream = make.call(process);
    if (!stream.listeners('error').includes(ignoreClosedPipe)) stream.on('error', ignoreClosedPipe);
    return stream;
  };
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get });
}

/** The reader of a pipe went away (`gandi-agent status | head`): no reason to leave a machine half configured. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
