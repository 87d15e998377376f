import { resolve } from 'node:path';
import { kinds } from '../action/actions.ts';
import { converge } from '../action/converge.ts';
import { describeLoop, loop } from '../action/loop.ts';
import { observeOldAgent } from '../migration/old-agent.ts';
import { requireSystem } from '../facts/require-system.ts';
import { planMigration } from '../migration/plan.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine } from './open-machine.ts';
import { needsRootUnlessTree, stageOptions } from './options.ts';
import { reportChanges } from './report-outcomes.ts';
import { showPlan } from './show-plan.ts';

export const migrateCommand = defineCommand({
  name: 'migrate',
  summary: 'take over from gandi-hosting-vm2; the package does so when it is installed',
  options: stageOptions,
  needsRoot: needsRootUnlessTree,
  run: async ({ 'dry-run': dryRun, json, root }, terminal) => {
    const system = await openMachine(resolve(root), 'migrate', { isQuiet: true });
    if (system.root !== '/') await requireSystem(system);
    const migration = loop({
      observe: () => observeOldAgent(system),
      plan: (facts) => ({ steps: planMigration(facts) }),
      kinds,
    });
    if (dryRun) return showPlan({ changes: await describeLoop(migration, system) }, json, terminal);
    const outcomes = await converge(migration, system);
    return reportChanges(outcomes, terminal);
  },
});
