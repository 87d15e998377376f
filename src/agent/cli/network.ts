import { ExitCode } from '../../core/error/agent-error.ts';
import { readNetworkTrial } from '../network/network-trial.ts';
import { confirmNetwork } from '../network/confirm-network.ts';
import { runStage } from '../stage/run-stage.ts';
import { renderNetworkReport } from '../status/network-lines.ts';
import { readNetworkReport } from '../status/network-report.ts';
import type { CommandFamily } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine, openMachineToLookAt } from './open-machine.ts';
import { jsonOption, needsRoot, refuseTree } from './options.ts';

const show = defineCommand({
  name: 'show',
  summary: 'show what is configured, by which file, and what differs from live',
  options: { json: jsonOption },
  refused: refuseTree,
  run: async ({ json }, terminal) => {
    const report = await readNetworkReport(openMachineToLookAt(terminal));
    if (json) terminal.json(report);
    else for (const line of renderNetworkReport(report)) terminal.out(line);
    return ExitCode.done;
  },
});

/** What gandi-network.service runs. */
const confirm = defineCommand({
  name: 'confirm',
  summary: 'check that a changed network works, and return to the old one if it does not',
  details: 'gandi-network.service runs it at boot.',
  needsRoot,
  run: async (_, terminal) => {
    const system = await openMachine();
    const isOnTrial = (await readNetworkTrial(system)) !== undefined;
    const exitCode = await runStage('network', () => confirmNetwork(system), system);
    if (exitCode === ExitCode.done)
      terminal.out(isOnTrial ? 'the changed network works, and stays' : 'no change of the network is on trial');
    return exitCode;
  },
});

export const networkCommand: CommandFamily = {
  name: 'network',
  summary: 'show the configured network, or check that a change of it works',
  subcommands: [show, confirm],
};
