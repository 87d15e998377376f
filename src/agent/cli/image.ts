import { resolve } from 'node:path';
import { kinds } from '../action/actions.ts';
import { converge } from '../action/converge.ts';
import { describeLoop, loop, planOnce } from '../action/loop.ts';
import { exitCodeOf } from '../stage/exit-code-of.ts';
import { observeImageRemains } from '../identity/image-remains.ts';
import { planClean } from '../image/plan-clean.ts';
import type { CommandFamily } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine } from './open-machine.ts';
import { needsRootUnlessTree, stageOptions } from './options.ts';
import { showPlan } from './show-plan.ts';

const clean = defineCommand({
  name: 'clean',
  summary: 'remove the keys, identity and state of one machine, before its disk becomes an image',
  options: stageOptions,
  examples: [{ words: '--root /mnt', does: 'clean the system that is mounted at /mnt' }],
  needsRoot: needsRootUnlessTree,
  run: async ({ 'dry-run': dryRun, root }, terminal) => {
    const system = await openMachine(resolve(root), 'image');
    const cleaning = loop({
      observe: () => observeImageRemains(system),
      plan: planClean,
      kinds,
    });
    if (dryRun) {
      for (const note of (await planOnce(cleaning)).notes ?? []) terminal.err(note);
      return showPlan(await describeLoop(cleaning), terminal);
    }
    const outcomes = await converge(cleaning, system);
    for (const line of outcomes.flatMap(({ changed }) => changed)) terminal.out(line);
    if (outcomes.length === 0) terminal.out('nothing to do');
    return exitCodeOf(outcomes);
  },
});

export const imageCommand: CommandFamily = {
  name: 'image',
  summary: 'prepare a system to become an image',
  subcommands: [clean],
};
