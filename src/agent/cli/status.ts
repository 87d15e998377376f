import { describeError, ExitCode } from '../../core/error/agent-error.ts';
import { type Terminal, widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { parseSeconds } from '../../core/command/parse-seconds.ts';
import { wallClock } from '../event/wall-clock.ts';
import { renderStatus } from '../status/status-lines.ts';
import { readStatusReport, type StatusReport } from '../status/status-report.ts';
import { waitForStages } from '../status/wait-for-stages.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import type { System } from '../../core/system/system.ts';
import { renderTreeReport } from '../status/tree-lines.ts';
import { readTreeReport } from '../status/tree-report.ts';
import { openMachineToLookAt, openTreeToLookAt } from './open-machine.ts';
import { jsonOption, lookRootOption } from './options.ts';

export const statusCommand = defineCommand({
  name: 'status',
  summary: 'show what the agent did in this boot, and what failed',
  details:
    'Exit status 0: all is done. 1: a stage, or an event of a device, failed. 5: work of the boot is under way, or nothing ran in this boot. Of a tree it tells the records that stay over a reboot: what was applied, the flags, the services and the network files.',
  options: {
    json: jsonOption,
    root: lookRootOption,
    verbose: { short: 'v', description: 'list every change of every stage' },
    wait: { description: 'wait until every stage of this boot has ended' },
    timeout: {
      description: 'wait no longer than this',
      value: { hint: 'SECONDS' },
      default: '600',
      needs: 'wait',
    },
  },
  examples: [{ words: '--wait --timeout 120', does: 'wait two minutes at most for the boot to end' }],
  run: async ({ json, root, verbose, wait, timeout }, terminal) => {
    const tree = await openTreeToLookAt(root);
    if (tree !== undefined) return tellTree(tree, { json, isOfBoot: wait || verbose }, terminal);
    const seconds = parseSeconds('--timeout', timeout);
    const system = openMachineToLookAt(terminal);
    const late = wait ? await waitForStages(system, seconds).then(() => undefined, describeError) : undefined;
    const report = await readStatusReport(system);
    const width = widthOf(terminal);
    const view = { width, clock: wallClock(system.clock), isVerbose: verbose };
    if (json) terminal.json(report);
    else for (const line of renderStatus(report, view)) terminal.out(line);
    if (late === undefined) return exitCodes[report.state];
    terminal.err(late);
    return ExitCode.stepFailed;
  },
});

const exitCodes: Readonly<Record<StatusReport['state'], ExitCode>> = {
  done: ExitCode.done,
  failed: ExitCode.stepFailed,
  running: ExitCode.notDoneYet,
  'not-run': ExitCode.notDoneYet,
};

/** @throws UsageError for options that ask about a boot, of which a tree has none */
async function tellTree(
  tree: System,
  { json, isOfBoot }: { readonly json: boolean; readonly isOfBoot: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  if (isOfBoot)
    throw new UsageError('options --wait and --verbose tell of the boot of this machine, and --root of none');
  const report = await readTreeReport(tree);
  if (json) terminal.json(report);
  else for (const line of renderTreeReport(report, widthOf(terminal))) terminal.out(line);
  return report.unreadable.length === 0 ? ExitCode.done : ExitCode.stepFailed;
}
