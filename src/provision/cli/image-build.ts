import type { Command } from '../../core/command/command.ts';
import { readBuildRequest } from '../image/command-line/build-request.ts';
import { planBuild } from '../image/build/plan-build.ts';
import { callerOf, findElements, readBuildFacts } from '../image/build/read-build-facts.ts';
import { imageOperands, imageOptions } from './image-options.ts';
import { openBuildLines, openJsonLines, runBuild, tellElements } from './run-build.ts';

/** Takes its arguments as disk-image-create does, so it does not go through `defineCommand`. */
export const imageBuildCommand: Command = {
  name: 'build',
  summary: 'build an image of elements',
  details:
    'Elements are folders of hooks and data in the language of diskimage-builder. They are looked for in the folders of ' +
    'ELEMENTS_PATH, with colons between them, and then among those that come with this program. Hooks on the host run ' +
    'with the rights of the caller. Without root the build needs ranges of users in /etc/subuid and /etc/subgid. The exit ' +
    'status of a hook that fails is that of the build.',
  options: { ...imageOptions, json: { description: 'print an object of JSON a line for each step and each line' } },
  operands: imageOperands,
  examples: [
    { words: '-o debian -t qcow2,tar vm debian-minimal', does: 'build a disk image and an archive of Debian' },
  ],
  run: async (args, terminal) => {
    const caller = callerOf(process);
    const request = readBuildRequest(
      args.filter((word) => word !== '--json'),
      caller,
    );
    const lines = args.includes('--json') ? openJsonLines(terminal) : openBuildLines(request, terminal);
    const found = await findElements(request);
    tellElements(found, lines);
    const plan = planBuild(request, await readBuildFacts(request, found), { isDescribed: true });
    return runBuild(request, plan, caller, lines);
  },
};
