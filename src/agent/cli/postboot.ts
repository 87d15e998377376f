import { readFlags } from '../flags/read-flags.ts';
import { previewPostboot, postboot } from '../postboot/postboot.ts';
import { runStage } from '../stage/run-stage.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { showPlan } from './show-plan.ts';
import { parseStageOptions, stageUsage } from './stage-options.ts';

export const postbootCommand: Command = {
  name: 'postboot',
  summary: "run the customer's script and command, once for a payload",
  usage: stageUsage,
  run: async (args, terminal) => {
    const { dryRun, root } = parseStageOptions(args);
    const system = await openMachine(root, 'postboot');
    if (dryRun) return showPlan(await previewPostboot(system, await readFlags(system)), terminal);
    return runStage('postboot', () => postboot(system), system);
  },
};
