import { converge } from '../action/converge.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import { observeOldAgent } from '../migration/old-agent.ts';
import { planMigration } from '../migration/plan.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { showPlan } from './show-plan.ts';
import { parseStageOptions, stageUsage } from './stage-options.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'take over from gandi-hosting-vm2; the package does so when it is installed',
  usage: stageUsage,
  run: async (args, terminal) => {
    const { dryRun, root } = parseStageOptions(args);
    const system = await openMachine(root, 'migrate');
    const plan = async () => planMigration(await observeOldAgent(system));
    if (dryRun) return showPlan(await plan(), terminal);
    const outcomes = await converge(plan, system);
    for (const line of outcomes.flatMap(({ changed }) => changed)) terminal.out(line);
    return exitCodeOf(outcomes);
  },
};
