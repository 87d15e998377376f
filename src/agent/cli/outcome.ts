import { defineCommand } from '../../core/command/define-command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { postOutcome } from '../outcome/post-outcome.ts';
import { openMachine } from './open-machine.ts';
import { needsRoot } from './options.ts';

export const outcomeCommand = defineCommand({
  name: 'outcome',
  summary: 'report the outcome of the first boot to the server that installed this machine, until it answers',
  details: 'Does nothing unless the configuration has `outcome`, and nothing a second time.',
  needsRoot,
  run: async () => {
    await postOutcome(await openMachine('/', 'outcome'));
    return ExitCode.done;
  },
});
