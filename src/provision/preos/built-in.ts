import type { Terminal } from '../../core/command/command.ts';
import { stoppable } from '../../core/command/stoppable.ts';
import { describeError, ExitCode, AgentError } from '../../core/error/agent-error.ts';
import { openFiles } from '../../core/system/files.ts';
import { silentJournal } from '../../core/system/journal.ts';
import { openProcesses } from '../../core/system/processes.ts';
import { openTrees } from '../../core/system/trees.ts';
import { ArgumentError, helpOf, usageOf } from './argument-table.ts';
import { buildArguments } from './build-arguments.ts';
import type { BuildDoors } from './build-doors.ts';
import { type BuildOptions, buildOptionsOf, type Steps } from './build-options.ts';
import { buildPreos } from './build-preos.ts';
import { type Distribution, distributions } from './distributions.ts';
import { parseArguments } from './parse-arguments.ts';
import type { Preos, PreosCall } from './preos.ts';

/** The PreOSes that this program builds itself. */
export const builtIn: readonly Preos[] = distributions.map((distribution) => ({
  name: distribution.name,
  run: (args, call, terminal) => runBuild(distribution, args, call, terminal),
}));

async function runBuild(
  distribution: Distribution,
  args: readonly string[],
  call: PreosCall,
  terminal: Terminal,
): Promise<number> {
  const table = buildArguments(`${call.program} ${distribution.name}`);
  try {
    const parsed = parseArguments(table, args);
    if (parsed.values.has('help')) {
      for (const line of helpOf(table)) terminal.out(line);
      return ExitCode.done;
    }
    const options = buildOptionsOf(parsed, distribution, call.workingFolder, call.usualSteps);
    if (terminal.isOrdinaryUser) {
      terminal.err('Must be run with root privileges');
      return ExitCode.stepFailed;
    }
    await stoppable((signal) => buildPreos(openDoors(options, call, terminal, signal), distribution, options));
    return ExitCode.done;
  } catch (error) {
    if (error instanceof ArgumentError) {
      terminal.err(usageOf(table));
      terminal.err(`${table.program}: error: ${error.message}`);
      return ExitCode.badUsage;
    }
    terminal.err(`${table.program}: ${describeError(error)}`);
    return error instanceof AgentError ? error.exitCode : ExitCode.stepFailed;
  }
}

const proxyNames = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

function openDoors(
  { isVerbose, isQuiet }: BuildOptions,
  { environment }: PreosCall,
  terminal: Terminal,
  signal: AbortSignal,
): BuildDoors {
  const proxies = proxyNames.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  return {
    files: openFiles('/'),
    filesOf: openFiles,
    trees: openTrees(),
    processes: openProcesses(silentJournal),
    proxies: Object.fromEntries(proxies) as Record<string, string>,
    signal,
    result: (line) => terminal.out(line),
    tell: (line) => isQuiet || terminal.out(line),
    detail: (line) => !isVerbose || terminal.out(line),
  };
}

/** Of `gandi-provision preos build`, where no step is named. */
export const usualSteps: Steps = { bootstrap: true, configure: true, pack: false, drive: false, remove: false };
