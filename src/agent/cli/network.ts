import { parseArgs } from 'node:util';
import { ExitCode } from '../../core/error/agent-error.ts';
import { confirmNetwork } from '../network/confirm-network.ts';
import { runStage } from '../stage/run-stage.ts';
import { renderNetworkReport } from '../status/network-lines.ts';
import { readNetworkReport } from '../status/network-report.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { UsageError } from '../../core/command/usage-error.ts';

export const networkCommand: Command = {
  name: 'network',
  summary: 'show what is configured, by which file, and what differs; or see that a change of it works',
  usage: 'show [--json] | confirm',
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [word, ...rest] = positionals;
    if (rest.length > 0 || (word !== 'show' && word !== 'confirm')) throw new UsageError('say show or confirm');
    const system = await openMachine();
    // What gandi-network.service runs.
    if (word === 'confirm') return runStage('network', () => confirmNetwork(system), system);
    const report = await readNetworkReport(system);
    if (values.json) terminal.json(report);
    else for (const line of renderNetworkReport(report)) terminal.out(line);
    return ExitCode.done;
  },
};
