import { kinds } from '../action/actions.ts';
import { converge } from '../action/converge.ts';
import { describeLoop, loop } from '../action/loop.ts';
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
    const migration = loop({
      observe: () => observeOldAgent(system),
      plan: (facts) => ({ steps: planMigration(facts) }),
      kinds,
    });
    if (dryRun) return showPlan(await describeLoop(migration), terminal);
    const outcomes = await converge(migration, system);
    for (const line of outcomes.flatMap(({ changed }) => changed)) terminal.out(line);
    return exitCodeOf(outcomes);
  },
};
