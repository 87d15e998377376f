import { isatty, WriteStream } from 'node:tty';
import type { Terminal } from './command.ts';
import { endWithAnswer } from './end-with-answer.ts';
import { openTerminal, type Screen } from './terminal.ts';

/**
 * The process of a program: names it, runs it, and ends with its exit status. Nothing of the process is read before.
 * @param main gets the arguments after the executable's name, and the name that it was called by
 */
export function startProgram(
  name: string,
  main: (args: readonly string[], calledAs: string, terminal: Terminal) => Promise<number>,
): void {
  // What `ps` and `disk detach` show for it.
  process.title = name;
  ignoreClosedPipeOf('stdout');
  ignoreClosedPipeOf('stderr');
  endWithAnswer(() => main(process.argv.slice(2), process.argv0, terminal()));
}

function terminal(): Terminal {
  const door = openTerminal(
    () => process.stdout,
    () => process.stderr,
    screen(),
  );
  return { ...door, isOrdinaryUser: process.geteuid?.() !== 0 };
}

const standardOutput = 1;
const narrowest = 20;
const usualColumns = 80;

/** https://no-color.org: NO_COLOR counts if it is not empty. By its number, as making the stream takes time. */
function screen(): Screen | undefined {
  const columns = Number(process.env.COLUMNS);
  const isTerminal = isatty(standardOutput);
  if (!isTerminal && !(columns > 0)) return undefined;
  const hasColours = isTerminal && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  const width = columns > 0 ? columns : new WriteStream(standardOutput).columns;
  // A terminal that nobody told its size says 0.
  return { columns: width >= narrowest ? width : usualColumns, hasColours };
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
