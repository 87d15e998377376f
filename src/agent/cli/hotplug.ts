import { ExitCode } from '../../core/error/agent-error.ts';
import { hotplug } from '../hotplug/hotplug.ts';
import { previewHotplug } from '../hotplug/preview.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine } from './open-machine.ts';
import { needsRoot, planOptions } from './options.ts';
import { showPlan } from './show-plan.ts';

export const hotplugCommand = defineCommand({
  name: 'hotplug',
  summary: 'handle the devices whose events wait in the spool',
  options: planOptions,
  needsRoot,
  run: async ({ 'dry-run': dryRun, json }, terminal) => {
    const system = await openMachine('/', 'hotplug');
    if (dryRun) return showPlan({ changes: await previewHotplug(system) }, json, terminal);
    const { failed } = await hotplug(system);
    return failed === 0 ? ExitCode.done : ExitCode.stepFailed;
  },
});
