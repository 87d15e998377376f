import type { Command } from '../../core/command/command.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { readBuildRequest } from '../image/command-line/build-request.ts';
import { planLines } from '../image/build/plan-lines.ts';
import { foreseenHooks } from '../image/build/foreseen-hooks.ts';
import { planBuild } from '../image/build/plan-build.ts';
import { callerOf, findElements, readBuildFacts } from '../image/build/read-build-facts.ts';
import { imageOperands, imageOptions } from './image-options.ts';

export const imagePlanCommand: Command = {
  name: 'plan',
  summary: 'show what a build would do, and change nothing',
  details: 'It takes the arguments of a build, refuses what the build would refuse, and runs no hook.',
  options: { ...imageOptions, json: { description: 'print JSON' } },
  operands: imageOperands,
  examples: [{ words: '-t qcow2 vm debian-minimal', does: 'show elements, hooks and images of this build' }],
  run: async (args, terminal) => {
    const others = args.filter((word) => word !== '--json');
    const request = readBuildRequest(others, callerOf(process), ['json', 'help']);
    const plan = planBuild(request, await readBuildFacts(request, await findElements(request)), {
      isDescribed: true,
    });
    const hooks = await foreseenHooks(plan);
    if (args.includes('--json')) {
      const { environment: _, merged, ...rest } = plan;
      terminal.json({ ...rest, files: merged.files, phases: hooks });
    } else for (const line of planLines(plan, hooks)) terminal.out(line);
    return ExitCode.done;
  },
};
