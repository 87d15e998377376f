import type { Terminal } from '../../core/command/command.ts';
import { AgentError, describeError, ExitCode } from '../../core/error/agent-error.ts';
import { version } from '../../core/version.ts';
import { buildUsage } from '../image/command-line/build-options.ts';
import { type Caller, readBuildRequest } from '../image/command-line/build-request.ts';
import { planBuild } from '../image/build/plan-build.ts';
import { callerOf, findElements, readBuildFacts } from '../image/build/read-build-facts.ts';
import { openBuildLines, runBuild, tellElements } from './run-build.ts';

/** disk-image-create: every mistake ends it with status 1, as elsewhere only what getopt finds. */
export async function diskImageCreate(
  args: readonly string[],
  terminal: Terminal,
  caller: Caller = callerOf(process),
): Promise<number> {
  try {
    const request = readBuildRequest(args, caller);
    if (request.asks === 'help') {
      for (const line of buildUsage('disk-image-create')) terminal.out(line);
      return ExitCode.done;
    }
    if (request.asks === 'version') {
      terminal.out(`disk-image-create (gandi-provision) ${version}`);
      return ExitCode.done;
    }
    const lines = openBuildLines(request, terminal);
    lines.say(`Building elements: ${request.withBase ? 'base ' : ''}${request.elements.join(' ')}`);
    const found = await findElements(request);
    tellElements(found, lines);
    const plan = planBuild(request, await readBuildFacts(request, found), { isDescribed: false });
    return await runBuild(request, plan, caller, lines);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    terminal.err(`disk-image-create: ${describeError(error)}`);
    return ExitCode.stepFailed;
  }
}
