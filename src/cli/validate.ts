import { parseArgs } from 'node:util';
import { AgentError, ExitCode } from '../agent-error.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import { mistakesOf } from '../payload/payload-inspection.ts';
import { openFiles } from '../system/files.ts';
import type { Command, Terminal } from './command.ts';

export const validateCommand: Command = {
  name: 'validate',
  summary: 'check the JSON of a payload, and name every mistake in it',
  usage: '[FILE]   (default: /gandi/config)',
  run: async (args, terminal) => {
    const { positionals } = parseArgs({ args, allowPositionals: true });
    const [path = '/gandi/config', ...others] = positionals;
    if (others.length === 0) return await validate(path, terminal);
    terminal.err('usage: gandi-agent validate [FILE]');
    return ExitCode.badUsage;
  },
};

async function validate(path: string, terminal: Terminal): Promise<ExitCode> {
  const text = await openFiles('/').read(path);
  if (text === undefined) throw missing(path);
  try {
    const { warnings } = parseGandiConfig(text, path);
    for (const warning of warnings) terminal.err(`${path}: warning: ${warning}`);
    terminal.out(`${path}: is right`);
    return ExitCode.done;
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (mistakes === undefined) throw error;
    for (const mistake of mistakes) terminal.err(`${path}: ${mistake}`);
    return ExitCode.badConfiguration;
  }
}

function missing(path: string): AgentError {
  return new AgentError('cannot check it: there is no such file', {
    code: 'config.missing',
    subject: path,
    remedy: 'give the path of the JSON',
    exitCode: ExitCode.badUsage,
  });
}
