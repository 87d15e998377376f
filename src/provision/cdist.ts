import type { Terminal } from '../core/command/command.ts';
import { ExitCode } from '../core/error/agent-error.ts';
import { cdistPreos } from './cli/cdist-preos.ts';
import { cdistTrigger } from './cli/cdist-trigger.ts';

/** A word that follows `cdist`: it gets what follows it in turn. */
type Subcommand = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** Those of cdist's commands that are ours too. To add one: a line here. */
const subcommands: Readonly<Record<string, Subcommand>> = { preos: cdistPreos, trigger: cdistTrigger };

/** cdist(1), called by a link of that name: only what of it has to do with booting machines. */
export async function cdist(args: readonly string[], terminal: Terminal): Promise<number> {
  const [word = '', ...rest] = args;
  const subcommand = Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
  if (subcommand !== undefined) return subcommand(rest, terminal);
  const isHelp = word === '-h' || word === '--help';
  const say = isHelp ? terminal.out : terminal.err;
  say(`usage: cdist [-h] {${Object.keys(subcommands).join(',')}} ...`);
  if (!isHelp)
    say(`cdist: error: '${word}' is not one of the commands that gandi-provision has of cdist; install cdist for it`);
  return isHelp ? ExitCode.done : ExitCode.badUsage;
}
