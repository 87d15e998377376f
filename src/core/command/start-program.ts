import type { ExitCode } from '../error/agent-error.ts';
import type { Terminal } from './command.ts';

/**
 * The process of a program: names it, runs it, and ends with its exit status. Nothing of the process is read before.
 * @param main gets the arguments after the executable's name, and the name that it was called by
 */
export function startProgram(
  name: string,
  main: (args: readonly string[], calledAs: string, terminal: Terminal) => Promise<ExitCode>,
): void {
  // What `ps` and `disk detach` show for it.
  process.title = name;
  ignoreClosedPipeOf('stdout');
  ignoreClosedPipeOf('stderr');
  main(process.argv.slice(2), process.argv0, terminal()).then(endOnceWritten);
}

function terminal(): Terminal {
  return {
    out: (line) => write(process.stdout, line),
    err: (line) => write(process.stderr, line),
    isOrdinaryUser: process.geteuid?.() !== 0,
  };
}

function write(stream: NodeJS.WriteStream, line: string): void {
  stream.write(`${line}\n`);
}

/**
 * Ends the process although a child may still be there: one in uninterruptible sleep on a hung disk never ends, and
 * would keep the agent, and all later events, with it. What was written to a pipe is let through first.
 */
function endOnceWritten(exitCode: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
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

/** The reader of a pipe went away (`gandi-agent status | head`): no reason to leave work half done. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
