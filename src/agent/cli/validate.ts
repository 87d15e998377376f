import { constants } from 'node:fs';
import { parseArgs } from 'node:util';
import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import { parseFlags } from '../flags/parse-flags.ts';
import { flagFiles } from '../flags/read-flags.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import { mistakesOf } from '../payload/payload-inspection.ts';
import { type Files, openFiles } from '../../core/system/files.ts';
import type { Command, Terminal } from '../../core/command/command.ts';

export const validateCommand: Command = {
  name: 'validate',
  summary: 'check the JSON of a payload or a flags file, and name every mistake in it',
  usage: '[FILE]   (default: /gandi/config and the flags file of this machine)',
  run: async (args, terminal) => {
    const { positionals } = parseArgs({ args, allowPositionals: true });
    if (positionals.length > 1) {
      terminal.err('usage: gandi-agent validate [FILE]');
      return ExitCode.badUsage;
    }
    const files = openFiles('/');
    const [named] = positionals;
    const paths = named === undefined ? await ownFiles(files) : [named];
    const read = (path: string) => (named === undefined ? files.read(path) : readNamed(path, files));
    const answers = await Promise.all(paths.map((path) => validate(path, read, terminal)));
    return answers.find((answer) => answer !== ExitCode.done) ?? ExitCode.done;
  },
};

/** Those of this machine; the JSON even if it is missing, as nothing to check is no success. */
async function ownFiles(files: Files): Promise<string[]> {
  const texts = await Promise.all(flagFiles.map((path) => files.read(path)));
  const flagFile = flagFiles.find((_, index) => texts[index] !== undefined);
  const config = (await files.read('/gandi/config')) === undefined && flagFile !== undefined ? [] : ['/gandi/config'];
  return [...config, ...(flagFile === undefined ? [] : [flagFile])];
}

type Read = (path: string) => Promise<string | undefined>;

/** What a person names may be a pipe: `validate <(jq .config all.json)`. */
async function readNamed(path: string, files: Files): Promise<string | undefined> {
  if ((await files.status(path)) === undefined) return undefined;
  const handle = await files.open(path, constants.O_RDONLY);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

async function validate(path: string, read: Read, terminal: Terminal): Promise<ExitCode> {
  const text = await read(path);
  if (text === undefined) throw missing(path);
  const { mistakes, warnings } = looksLikeFlags(text) ? checkFlags(text) : checkConfig(text, path);
  for (const warning of warnings) terminal.err(`${path}: warning: ${warning}`);
  for (const mistake of mistakes) terminal.err(`${path}: ${mistake}`);
  if (mistakes.length > 0) return ExitCode.badConfiguration;
  terminal.out(`${path}: is right`);
  return ExitCode.done;
}

interface Answer {
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** No JSON begins with a comment of a shell or an assignment. */
function looksLikeFlags(text: string): boolean {
  return /^\s*(?:#|(?:export\s+)?[A-Za-z_]\w*\s*=)/.test(text);
}

function checkFlags(text: string): Answer {
  const { warnings, unknown } = parseFlags(text);
  return { mistakes: warnings, warnings: unknown };
}

function checkConfig(text: string, path: string): Answer {
  try {
    const { mistakes, warnings } = parseGandiConfig(text, path);
    return { mistakes: mistakes.map(({ path: at, problem }) => `${at}: ${problem}`), warnings };
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (mistakes === undefined) throw error;
    return { mistakes, warnings: [] };
  }
}

function missing(path: string): AgentError {
  return new AgentError('cannot check it: there is no such file', {
    code: 'config.missing',
    subject: path,
    remedy: 'give the path of the JSON or of a flags file',
    exitCode: ExitCode.badUsage,
  });
}
