import { resolve } from 'node:path';
import { readFlags } from '../flags/read-flags.ts';
import { previewPostboot, postboot } from '../postboot/postboot.ts';
import { runBootStage } from '../status/run-boot-stage.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { requireSystem } from '../facts/require-system.ts';
import { openMachine } from './open-machine.ts';
import { needsRootUnlessTree, stageOptions } from './options.ts';
import { showPlan } from './show-plan.ts';

export const postbootCommand = defineCommand({
  name: 'postboot',
  summary: "run the customer's script and command, once per payload",
  options: stageOptions,
  needsRoot: needsRootUnlessTree,
  run: async ({ 'dry-run': dryRun, json, root }, terminal) => {
    const system = await openMachine(resolve(root), 'postboot');
    await requireSystem(system);
    if (dryRun) return showPlan({ changes: await previewPostboot(system, await readFlags(system)) }, json, terminal);
    return runBootStage('postboot', () => postboot(system), system, { runsOnce: true });
  },
});
