import { parseArgs } from 'node:util';
import { ExitCode } from '../agent-error.ts';
import { hotplug } from '../hotplug/hotplug.ts';
import type { Command } from './command.ts';
import { openMachine } from './open-machine.ts';

export const hotplugCommand: Command = {
  name: 'hotplug',
  summary: 'handle the devices whose events wait in the spool',
  usage: '',
  run: async (args) => {
    parseArgs({ args, options: {} });
    const { failed } = await hotplug(await openMachine('/', 'hotplug'));
    return failed === 0 ? ExitCode.done : ExitCode.stepFailed;
  },
};
