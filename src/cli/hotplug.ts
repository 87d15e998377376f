import { parseArgs } from 'node:util';
import { ExitCode } from '../agent-error.ts';
import { hotplug } from '../hotplug/hotplug.ts';
import { openJournal } from '../system/journal.ts';
import { openSystem } from '../system/system.ts';
import type { Command } from './command.ts';

export const hotplugCommand: Command = {
  name: 'hotplug',
  summary: 'handle the devices whose events wait in the spool',
  usage: '',
  run: async (args) => {
    parseArgs({ args, options: {} });
    const { failed } = await hotplug(openSystem('/', openJournal()));
    return failed === 0 ? ExitCode.done : ExitCode.stepFailed;
  },
};
