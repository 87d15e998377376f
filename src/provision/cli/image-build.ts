import { type Command, type Terminal, widthOf } from '../../core/command/command.ts';
import { type BuildRequest, readBuildRequest } from '../image/command-line/build-request.ts';
import { planBuild } from '../image/build/plan-build.ts';
import { callerOf, findElements, readBuildFacts } from '../image/build/read-build-facts.ts';
import { imageOperands, imageOptions } from './image-options.ts';
import { isSet } from '../image/build/output-lines.ts';
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
  options: {
    ...imageOptions,
    json: { description: 'print one object of JSON per line, for each step and each line of a hook' },
    plain: { description: 'print each line of a hook on a terminal too, in place of an item per phase' },
  },
  operands: imageOperands,
  examples: [
    { words: '-o debian -t qcow2,tar vm debian-minimal', does: 'build a disk image and an archive of Debian' },
  ],
  run: async (args, terminal) => {
    const caller = callerOf(process);
    const own = args.filter((word) => ownWords.has(word));
    const others = args.filter((word) => !ownWords.has(word));
    const request = readBuildRequest(others, caller, ['json', 'plain', 'help']);
    const lines = await openLines(request, own, terminal);
    const found = await findElements(request);
    tellElements(found, lines);
    const plan = planBuild(request, await readBuildFacts(request, found), { isDescribed: true });
    return runBuild(request, plan, caller, lines);
  },
};

/** Those that disk-image-create does not have. */
const ownWords: ReadonlySet<string> = new Set(['--json', '--plain']);

/** A person who watches gets items, unless they asked for the lines: by a trace, a log or a place to stop at. */
async function openLines(request: BuildRequest, own: readonly string[], terminal: Terminal) {
  if (own.includes('--json')) return openJsonLines(terminal);
  const { break: points, DIB_DEBUG_TRACE: trace, LOGFILE: log } = request.environment;
  const wantsLines = own.includes('--plain') || [points, trace, log].some(isSet);
  if (wantsLines || widthOf(terminal) === Number.POSITIVE_INFINITY) return openBuildLines(request, terminal);
  return (await import('./build-progress.ts')).openBuildProgress(terminal);
}
