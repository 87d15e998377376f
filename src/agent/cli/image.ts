import { kinds } from '../action/actions.ts';
import { converge } from '../action/converge.ts';
import { describeLoop, loop } from '../action/loop.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import { observeImageRemains } from '../identity/image-remains.ts';
import { planClean } from '../image/plan-clean.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { showPlan } from './show-plan.ts';
import { parseStageOptions, stageUsage } from './stage-options.ts';
import { UsageError } from '../../core/command/usage-error.ts';

export const imageCommand: Command = {
  name: 'image',
  summary: 'remove what one machine has, keys, identity and state, before its disk becomes an image',
  usage: `clean ${stageUsage}`,
  run: async ([verb = '', ...args], terminal) => {
    if (verb !== 'clean') throw new UsageError(`unknown word ${JSON.stringify(verb)}`);
    const { dryRun, root } = parseStageOptions(args);
    const system = await openMachine(root, 'image');
    const clean = loop({
      observe: () => observeImageRemains(system),
      plan: (facts) => ({ steps: planClean(facts) }),
      kinds,
    });
    if (dryRun) return showPlan(await describeLoop(clean), terminal);
    const outcomes = await converge(clean, system);
    for (const line of outcomes.flatMap(({ changed }) => changed)) terminal.out(line);
    if (outcomes.length === 0) terminal.out('nothing to do');
    return exitCodeOf(outcomes);
  },
};
