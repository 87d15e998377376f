import { parseArgs } from 'node:util';
import { ExitCode } from '../../core/error/agent-error.ts';
import { isAllDone, renderStatus } from '../status/status-lines.ts';
import { readStatusReport } from '../status/status-report.ts';
import { waitForStages } from '../status/wait-for-stages.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { parseSeconds } from '../../core/command/parse-seconds.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'show what the agent did in this boot, and what failed',
  usage: '[--json] [--wait [--timeout SECONDS]]',
  run: async (args, terminal) => {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: 'boolean', default: false },
        wait: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '600' },
      },
    });
    const seconds = parseSeconds('--timeout', values.timeout);
    const system = await openMachine();
    if (values.wait) await waitForStages(system, seconds);
    const report = await readStatusReport(system);
    if (values.json) terminal.json(report);
    else for (const line of renderStatus(report)) terminal.out(line);
    return isAllDone(report) ? ExitCode.done : ExitCode.stepFailed;
  },
};
