import { bootstrap, planFromMachine } from '../bootstrap/bootstrap.ts';
import { describeAction } from '../describe-action.ts';
import { readFlags } from '../flags/read-flags.ts';
import { runStage } from '../run-stage.ts';
import { openJournal } from '../system/journal.ts';
import { openSystem, type System } from '../system/system.ts';
import { ExitCode } from '../agent-error.ts';
import type { Command, Terminal } from './command.ts';
import { parseStageOptions, stageUsage } from './stage-options.ts';

export const bootstrapCommand: Command = {
  name: 'bootstrap',
  summary: "apply the platform's configuration once, and enable the swap disk",
  usage: stageUsage,
  run: async (args, terminal) => {
    const { dryRun, root } = parseStageOptions(args);
    const system = openSystem(root, openJournal());
    if (dryRun) return showPlan(system, terminal);
    return runStage('bootstrap', () => bootstrap(system), system);
  },
};

async function showPlan(system: System, terminal: Terminal): Promise<ExitCode> {
  const { steps, notes } = await planFromMachine(system, await readFlags(system));
  for (const note of notes) terminal.out(`note: ${note}`);
  for (const step of steps) {
    for (const action of step.actions) terminal.out(`${step.name}: ${describeAction(action)}`);
  }
  if (steps.every((step) => step.actions.length === 0)) terminal.out('nothing to do');
  return ExitCode.done;
}
