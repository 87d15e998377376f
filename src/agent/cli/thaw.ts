import { defineCommand } from '../../core/command/define-command.ts';
import { readFlags } from '../flags/read-flags.ts';
import { endFreeze } from '../host-request/freeze.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import { openMachine } from './open-machine.ts';
import { needsRoot } from './options.ts';

export const thawCommand = defineCommand({
  name: 'thaw',
  summary: 'end a freeze whose deadline has passed: run the hook of the thaw',
  details:
    'Does nothing before the deadline of the freeze. File systems are thawed by timers of their own, which need no agent.',
  needsRoot,
  run: async () => {
    const system = await openMachine('/', 'thaw');
    return exitCodeOf(await endFreeze(await readFlags(system), system));
  },
});
