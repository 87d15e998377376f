import { describeError, ExitCode, AgentError } from '../error/agent-error.ts';
import { answerBeforeExit } from '../system/answer-before-exit.ts';
import { version } from '../version.ts';
import type { Program, Terminal } from './command.ts';
import { commandHelp, familyHelp, programHelp, usage } from './help-text.ts';
import { type Call, isCommand, lookUp, unreached } from './look-up.ts';
import { NeedsRootError } from './needs-root-error.ts';
import { quoteWords } from './quote-words.ts';
import { suggestion } from './suggestion.ts';
import { UsageError } from './usage-error.ts';

/**
 * Finds the command that the user typed and runs it, or shows the help that was asked for. Every error ends here, as one
 * line and an exit status.
 */
export async function runProgram(program: Program, args: readonly string[], terminal: Terminal): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined) return show(programHelp(program), terminal.err, ExitCode.badUsage);
  if (['--version', '-V', 'version'].includes(word)) return show([`${program.name} ${version}`], terminal.out);
  const wantsHelp = word === 'help' || asksForHelp(args);
  const call = lookUp(program, (word === 'help' ? rest : args).filter(isName));
  try {
    if (wantsHelp) return show(helpOf(call), terminal.out);
    if (!isName(word))
      throw new UsageError(
        `unexpected option ${word}${suggestion(word.replace(/^--?/, ''), ['help', 'version'], '--')}`,
      );
    const { found, words } = call;
    if (!isCommand(found)) throw unreached(call);
    return await answerBeforeExit(words, () => found.run(withoutNames(call, args), terminal));
  } catch (error) {
    return tell(error, call, args, terminal);
  }
}

/** `--` ends the options. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).some((word) => word === '--help' || word === '-h');
}

function isName(word: string): boolean {
  return !word.startsWith('-');
}

function helpOf(call: Call): string[] {
  const { words, found, name } = call;
  if (isCommand(found)) return commandHelp(words, found);
  if (name !== undefined) throw unreached(call);
  return 'groups' in found ? programHelp(found) : familyHelp(words, found);
}

/** What is left for the command when its own names are taken out, each where it stands first. */
function withoutNames({ words }: Call, args: readonly string[]): string[] {
  const names = words.split(' ').slice(1);
  return args.filter((word) => {
    if (word !== names[0]) return true;
    names.shift();
    return false;
  });
}

function show(lines: readonly string[], print: Terminal['out'], exitCode: ExitCode = ExitCode.done): ExitCode {
  for (const line of lines) print(line);
  return exitCode;
}

function tell(error: unknown, { words, found }: Call, args: readonly string[], terminal: Terminal): ExitCode {
  if (error instanceof NeedsRootError) {
    const [program = ''] = words.split(' ');
    terminal.err(`${words}: ${error.message}; try: sudo ${quoteWords([program, ...args])}`);
    return ExitCode.badUsage;
  }
  if (error instanceof UsageError) {
    terminal.err(`${words}: ${error.message}`);
    return show(isCommand(found) ? usage(words, found) : [`see '${words} --help'`], terminal.err, ExitCode.badUsage);
  }
  terminal.err(`${words}: ${describeError(error)}`);
  return error instanceof AgentError ? error.exitCode : ExitCode.stepFailed;
}
