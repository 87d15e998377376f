import type { Terminal } from '../../core/command/command.ts';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { openFiles } from '../../core/system/files.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { openProcesses } from '../../core/system/processes.ts';
import { ArgumentError, type ArgumentTable, helpOf, type ParsedArguments, usageOf } from '../preos/argument-table.ts';
import { builtIn } from '../preos/built-in.ts';
import { commonOptions } from '../preos/common-options.ts';
import { findPlugins } from '../preos/find-plugins.ts';
import { parseArguments } from '../preos/parse-arguments.ts';
import type { Preos, PreosCall } from '../preos/preos.ts';
import { searchFolders } from '../preos/search-folders.ts';

const optionTable = {
  ...commonOptions,
  verbose: { words: ['-v', '--verbose'], description: 'say which PreOS is run' },
  confDir: {
    words: ['-c', '--conf-dir'],
    takes: 'CONF_DIR',
    description: 'folder whose preos has plugins; can be given several times',
  },
  configFile: { words: ['-g', '--config-file'], takes: 'CONFIG_FILE', description: "cdist's settings" },
  list: { words: ['-L', '--list-preoses'], description: 'list what can be built' },
} as const;

type OptionName = keyof typeof optionTable;

const table: ArgumentTable<OptionName> = {
  program: 'cdist preos',
  options: optionTable,
  operands: ['preos', '...'],
  isFirstOperandLast: true,
};

/** `cdist preos`: what follows the name of a PreOS is its own. */
export async function cdistPreos(
  args: readonly string[],
  terminal: Terminal,
  surroundings: Pick<PreosCall, 'environment' | 'workingFolder'> = here(),
): Promise<number> {
  const call = { ...surroundings, program: table.program, usualSteps: null };
  try {
    const parsed = parseArguments(table, args);
    if (!parsed.values.has('help')) return await listOrRun(parsed, call, terminal);
    for (const line of helpOf(table)) terminal.out(line);
    return ExitCode.done;
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    terminal.err(usageOf(table));
    terminal.err(`${table.program}: error: ${error.message}`);
    return ExitCode.badUsage;
  }
}

export function here(): Pick<PreosCall, 'environment' | 'workingFolder'> {
  return { environment: process.env, workingFolder: process.cwd() };
}

async function listOrRun(
  { values, operands: [name], rest }: ParsedArguments<OptionName>,
  call: PreosCall,
  terminal: Terminal,
): Promise<number> {
  const all = await availablePreoses(call, values.get('confDir') ?? [], values.get('configFile')?.at(-1), terminal);
  if (name === undefined || values.has('list')) {
    for (const line of listLines(all)) terminal.out(line);
    return ExitCode.done;
  }
  if (values.has('verbose')) terminal.out(`INFO: PreOS: Running preos : ${name}`);
  return runPreos(all, name, rest, call, terminal);
}

/** Ours and those of plugins, by name; what cannot be used is told on standard error. */
export async function availablePreoses(
  { environment }: PreosCall,
  confDirs: readonly string[],
  configFile: string | undefined,
  terminal: Terminal,
): Promise<ReadonlyMap<string, Preos>> {
  const files = openFiles('/');
  const folders = await searchFolders(files, environment, confDirs, configFile);
  const { plugins, warnings } = await findPlugins(files, openProcesses(silentJournal), folders);
  for (const warning of warnings) terminal.err(`WARNING: PreOS: ${warning}`);
  return new Map([...builtIn, ...plugins].map((preos) => [preos.name, preos]));
}

export function listLines(all: ReadonlyMap<string, Preos>): string[] {
  return ['Available PreOS-es:', ...[...all.keys()].sort().map((name) => `    - ${name}`)];
}

/** @returns its exit status; 1 for a name that nothing has, and for a plugin that throws */
export async function runPreos(
  all: ReadonlyMap<string, Preos>,
  name: string,
  args: readonly string[],
  call: PreosCall,
  terminal: Terminal,
): Promise<number> {
  const preos = all.get(name);
  if (preos === undefined) {
    terminal.err(`ERROR: ${call.program}: Invalid PreOS ${name}. ${listLines(all)[0]}`);
    for (const line of listLines(all).slice(1)) terminal.err(line);
    return ExitCode.stepFailed;
  }
  try {
    return await preos.run(args, call, terminal);
  } catch (error) {
    terminal.err(`ERROR: ${call.program}: ${describeError(error)}`);
    return error instanceof AgentError ? error.exitCode : ExitCode.stepFailed;
  }
}
