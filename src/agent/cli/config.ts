import { config, observeConfig, planConfig } from '../config/config.ts';
import { describeSteps } from '../action/loop.ts';
import { kinds } from '../config/actions.ts';
import { readFlags } from '../flags/read-flags.ts';
import { runStage } from '../stage/run-stage.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { showPlan } from './show-plan.ts';
import { parseStageOptions, stageUsage } from './stage-options.ts';

export const configCommand: Command = {
  name: 'config',
  summary: "set consoles, time, cron and sshd as the flags allow, and run the admin's own steps",
  usage: stageUsage,
  run: async (args, terminal) => {
    const { dryRun, root } = parseStageOptions(args);
    const system = await openMachine(root, 'config');
    if (!dryRun) return runStage('config', () => config(system), system);
    const { steps, notes = [] } = planConfig(await observeConfig(system, await readFlags(system)));
    for (const note of notes) terminal.out(`note: ${note}`);
    return showPlan(describeSteps(steps, kinds), terminal);
  },
};
