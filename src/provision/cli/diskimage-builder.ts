import { resolve } from 'node:path';
import { quoteWords } from '../../core/command/quote-words.ts';
import type { Terminal } from '../../core/command/command.ts';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { type Files, openFiles } from '../../core/system/files.ts';
import { callerOf } from '../image/build/read-build-facts.ts';
import type { Caller } from '../image/command-line/build-request.ts';
import { getopt } from '../image/command-line/getopt.ts';
import { imageKeys } from '../image/image-list/image-keys.ts';
import { diskImageCreate } from './disk-image-create.ts';
import { type ImageCommand, type ImageListFile, readImageLists } from '../image/image-list/read-image-list.ts';

/** Builds one image. */
export type BuildImage = (args: readonly string[], terminal: Terminal, caller: Caller) => Promise<number>;

const options = [
  { name: 'dry-run', description: 'show the calls of disk-image-create and end' },
  { name: 'stop-on-failure', description: 'build no further image after one that failed' },
  { name: 'help', short: 'h', description: 'show this help' },
] as const;

/**
 * `diskimage-builder FILE...`: builds every image that the files list. One that fails does not keep the next from being
 * built, unless that is asked for; the exit status is 1 in either case.
 */
export async function diskimageBuilder(
  args: readonly string[],
  terminal: Terminal,
  caller: Caller = callerOf(process),
  build: BuildImage = diskImageCreate,
): Promise<number> {
  try {
    const words = getopt(args, options);
    const asks = (name: string) => words.options.some(({ option }) => option.name === name);
    if (asks('help')) return help(terminal);
    if (words.operands.length === 0) throw missingFile();
    const files = openFiles('/');
    const lists = await Promise.all(words.operands.map((path) => readFile(path, files)));
    const commands = readImageLists(lists);
    return await buildAll(commands, asks, terminal, caller, build);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    terminal.err(`diskimage-builder: ${describeError(error)}`);
    return error.exitCode === ExitCode.badUsage ? ExitCode.badUsage : ExitCode.stepFailed;
  }
}

async function buildAll(
  commands: readonly ImageCommand[],
  asks: (name: string) => boolean,
  terminal: Terminal,
  caller: Caller,
  build: BuildImage,
): Promise<number> {
  if (!asks('dry-run')) refuseRamdisks(commands);
  let status: number = ExitCode.done;
  for (const command of commands) {
    terminal.err(shown(command));
    if (asks('dry-run')) continue;
    const environment = { ...caller.environment, ...command.environment };
    const ended = await build(command.arguments, terminal, { ...caller, environment });
    if (ended === ExitCode.done) continue;
    terminal.err(`diskimage-builder: ${shown(command)}: failed with exit status ${ended}`);
    status = ExitCode.stepFailed;
    if (asks('stop-on-failure')) break;
  }
  return status;
}

function refuseRamdisks(commands: readonly ImageCommand[]): void {
  const ramdisk = commands.find(({ program }) => program === 'ramdisk-image-create');
  if (ramdisk === undefined) return;
  throw new AgentError('ramdisks are not built here, so nothing is built', {
    code: 'image-list.ramdisk',
    subject: shown(ramdisk),
    remedy: "leave out the images with 'ramdisk: true'",
  });
}

/** As a shell would take it. */
function shown(command: ImageCommand): string {
  const variables = Object.entries(command.environment).map(([name, value]) => `${name}=${quoteWords([value])}`);
  return [...variables, quoteWords([command.program, ...command.arguments])].join(' ');
}

async function readFile(path: string, files: Files): Promise<ImageListFile> {
  const text = await files.read(resolve(path));
  if (text !== undefined) return { path, text };
  throw new AgentError('there is no such file', {
    code: 'image-list.missing',
    subject: path,
    remedy: 'name a YAML file with a list of images',
  });
}

function missingFile(): AgentError {
  return new AgentError('a file with a list of images is missing', {
    code: 'image-list.missing',
    subject: 'FILE',
    remedy: 'see --help',
    exitCode: ExitCode.badUsage,
  });
}

function help(terminal: Terminal): number {
  terminal.out('usage: diskimage-builder [--dry-run] [--stop-on-failure] FILE...');
  terminal.out('');
  for (const { name, description } of options) terminal.out(`  --${name.padEnd(18)} ${description}`);
  terminal.out('');
  terminal.out('A file is a list of images in YAML. The keys of an image:');
  terminal.out('');
  for (const { name, description } of imageKeys) terminal.out(`  ${name.padEnd(20)} ${description}`);
  return ExitCode.done;
}
