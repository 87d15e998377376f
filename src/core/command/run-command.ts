import { describeError, ExitCode, AgentError } from '../error/agent-error.ts';
import { answerBeforeExit } from '../system/answer-before-exit.ts';
import { version } from '../version.ts';
import type { Command, Terminal } from './command.ts';
import { UsageError } from './usage-error.ts';

/** Finds the command that the user typed and runs it; every error ends here, as one line and an exit status. */
export async function runCommand(commands: readonly Command[], args: string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === '--version') {
    terminal.out(`gandi-agent ${version}`);
    return ExitCode.done;
  }
  if (name === undefined || name === '--help' || name === 'help') return help(commands, name, terminal);
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    terminal.err(`gandi-agent: unknown command ${JSON.stringify(name)}; see gandi-agent --help`);
    return ExitCode.badUsage;
  }
  if (rest.includes('--help')) {
    terminal.out(`usage: gandi-agent ${command.name} ${command.usage}`.trimEnd());
    return ExitCode.done;
  }
  return runReporting(command, rest, terminal);
}

function help(commands: readonly Command[], asked: string | undefined, terminal: Terminal): ExitCode {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = [
    'usage: gandi-agent COMMAND [OPTION]...',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
  ];
  for (const line of lines) (asked === undefined ? terminal.err : terminal.out)(line);
  return asked === undefined ? ExitCode.badUsage : ExitCode.done;
}

async function runReporting(command: Command, args: string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await answerBeforeExit(command.name, () => command.run(args, terminal));
  } catch (error) {
    if (isUsageError(error)) {
      terminal.err(`gandi-agent ${command.name}: ${error.message}`);
      terminal.err(`usage: gandi-agent ${command.name} ${command.usage}`.trimEnd());
      return ExitCode.badUsage;
    }
    terminal.err(`gandi-agent ${command.name}: ${describeError(error)}`);
    return error instanceof AgentError ? error.exitCode : ExitCode.stepFailed;
  }
}

/** Ours, or what parseArgs of node:util throws for words that it does not know. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
