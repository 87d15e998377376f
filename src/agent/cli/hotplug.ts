import { parseArgs } from 'node:util';
import { ExitCode } from '../../core/error/agent-error.ts';
import { hotplug } from '../hotplug/hotplug.ts';
import { previewHotplug } from '../hotplug/preview.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { showPlan } from './show-plan.ts';

export const hotplugCommand: Command = {
  name: 'hotplug',
  summary: 'handle the devices whose events wait in the spool',
  usage: '[--dry-run]',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { 'dry-run': { type: 'boolean', default: false } } });
    const system = await openMachine('/', 'hotplug');
    if (values['dry-run']) return showPlan(await previewHotplug(system), terminal);
    const { failed } = await hotplug(system);
    return failed === 0 ? ExitCode.done : ExitCode.stepFailed;
  },
};
