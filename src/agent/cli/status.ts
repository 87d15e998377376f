import { ExitCode } from '../../core/error/agent-error.ts';
import { isAllDone, renderStatus } from '../status/status-lines.ts';
import { readStatusReport } from '../status/status-report.ts';
import { waitForStages } from '../status/wait-for-stages.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { parseSeconds } from '../../core/command/parse-seconds.ts';
import { openMachine } from './open-machine.ts';
import { jsonOption } from './options.ts';

export const statusCommand = defineCommand({
  name: 'status',
  summary: 'show what the agent did in this boot, and what failed',
  options: {
    json: jsonOption,
    wait: { description: 'wait until every stage of this boot has ended' },
    timeout: {
      description: 'wait no longer than this',
      value: { hint: 'SECONDS' },
      default: '600',
      needs: 'wait',
    },
  },
  examples: [{ words: '--wait --timeout 120', does: 'wait two minutes at most for the boot to end' }],
  run: async ({ json, wait, timeout }, terminal) => {
    const seconds = parseSeconds('--timeout', timeout);
    const system = await openMachine();
    if (wait) await waitForStages(system, seconds);
    const report = await readStatusReport(system);
    if (json) terminal.json(report);
    else for (const line of renderStatus(report)) terminal.out(line);
    return isAllDone(report) ? ExitCode.done : ExitCode.stepFailed;
  },
});
