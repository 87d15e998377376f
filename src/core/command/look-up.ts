import { type Command, type CommandFamily, commandsOf, isFamily, type Program } from './command.ts';
import { suggestion } from './suggestion.ts';
import { UsageError } from './usage-error.ts';

/** How far the words of a command line were understood. */
export interface Call {
  /** The program's name and the words after it that are known: `gandi-agent disk list`. */
  readonly words: string;
  /** What they call; a family or the program itself if a word is missing or unknown. */
  readonly found: Command | CommandFamily | Program;
  /** The names that can come next where a command was not reached yet. */
  readonly next: readonly string[];
  /** The first name that is not understood. */
  readonly name: string | undefined;
}

/** @param names the words of the command line that are no options */
export function lookUp(program: Program, [first, second]: readonly string[]): Call {
  const commands = commandsOf(program);
  const top = commands.find(({ name }) => name === first);
  if (top === undefined) return { words: program.name, found: program, next: namesOf(commands), name: first };
  const words = `${program.name} ${top.name}`;
  if (!isFamily(top)) return { words, found: top, next: [], name: undefined };
  const command = top.subcommands.find(({ name }) => name === second);
  if (command === undefined) return { words, found: top, next: namesOf(top.subcommands), name: second };
  return { words: `${words} ${command.name}`, found: command, next: [], name: undefined };
}

export function isCommand(found: Call['found']): found is Command {
  return 'run' in found;
}

/** What to answer a call that does not reach a command. */
export function unreached({ found, next, name }: Call): UsageError {
  const kind = 'subcommands' in found ? 'subcommand' : 'command';
  if (name !== undefined) return new UsageError(`unknown ${kind} '${name}'${suggestion(name, next)}`);
  return new UsageError(`missing ${kind} (${next.join(', ')})`);
}

function namesOf(commands: readonly { readonly name: string }[]): string[] {
  return commands.map(({ name }) => name);
}
