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
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
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

const narrowest = 20;
const usualColumns = 80;

/** https://no-color.org: NO_COLOR counts if it is not empty. */
function screen(): Screen | undefined {
  const columns = Number(process.env.COLUMNS);
  const isTerminal = process.stdout.isTTY === true;
  if (!isTerminal && !(columns > 0)) return undefined;
  const hasColours = isTerminal && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  const width = columns > 0 ? columns : process.stdout.columns;
  // A terminal that nobody told its size says 0.
  return { columns: width >= narrowest ? width : usualColumns, hasColours };
}

/** The reader of a pipe went away (`gandi-agent status | head`): no reason to leave work half done. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
