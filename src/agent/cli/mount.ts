import { mount } from '../mount/mount.ts';
import { previewMount } from '../disk/preview.ts';
import { runBootStage } from '../status/run-boot-stage.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine } from './open-machine.ts';
import { needsRoot, planOptions } from './options.ts';
import { showPlan } from './show-plan.ts';

export const mountCommand = defineCommand({
  name: 'mount',
  summary: 'mount the data disks that are attached, and wait until all are',
  options: planOptions,
  needsRoot,
  run: async ({ 'dry-run': dryRun, json }, terminal) => {
    const system = await openMachine('/', 'mount');
    if (dryRun) return showPlan({ changes: await previewMount(system) }, json, terminal);
    return runBootStage('mount', () => mount(system), system);
  },
});
