import { resolve } from 'node:path';
import { config, observeConfig, planConfig, previewCare } from '../config/config.ts';
import { describeSteps } from '../action/loop.ts';
import { kinds } from '../config/actions.ts';
import { readFlags } from '../flags/read-flags.ts';
import { runBootStage } from '../status/run-boot-stage.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { requireSystem } from '../facts/require-system.ts';
import { openMachine } from './open-machine.ts';
import { needsRootUnlessTree, stageOptions } from './options.ts';
import { showPlan } from './show-plan.ts';

export const configCommand = defineCommand({
  name: 'config',
  summary: "set consoles, time, cron and sshd as the flags allow, and run the admin's own steps",
  options: stageOptions,
  needsRoot: needsRootUnlessTree,
  run: async ({ 'dry-run': dryRun, json, root }, terminal) => {
    const system = await openMachine(resolve(root), 'config');
    await requireSystem(system);
    if (!dryRun) return runBootStage('config', () => config(system), system);
    const flags = await readFlags(system);
    const { steps, notes = [] } = planConfig(await observeConfig(system, flags));
    const care = await previewCare(system, flags);
    const changes = [...care.changes, ...describeSteps(steps, kinds, system)];
    return showPlan({ changes, notes: [...care.notes, ...notes] }, json, terminal);
  },
});
