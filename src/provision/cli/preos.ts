import type { Command, CommandFamily, Options } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { type BuildOptionName, buildArguments } from '../preos/build-arguments.ts';
import { usualSteps } from '../preos/built-in.ts';
import type { PreosCall } from '../preos/preos.ts';
import { availablePreoses, here, listLines, runPreos } from './cdist-preos.ts';

const program = 'gandi-provision preos build';

/** The options of a build, as help, manual and completions have them. */
function buildOptions(): Options {
  const { options } = buildArguments(program);
  const names = (Object.keys(options) as BuildOptionName[]).filter((name) => name !== 'help');
  return Object.fromEntries(
    names.map((name) => {
      const { words, takes, description } = options[name];
      const [short = '', long = short] = words;
      const option = {
        ...(words.length > 1 ? { short: short.slice(1) } : {}),
        description,
        ...(takes === undefined ? {} : { value: { hint: takes } }),
      };
      return [long.slice(2), option];
    }),
  );
}

const build: Command = {
  name: 'build',
  summary: 'build the small system that bare machines boot from the network to be installed',
  details:
    'Where none of -B, -C, -p and -r is given, the tree is made and configured. A plugin takes what follows its name as its ' +
    'own. The options are those of cdist preos, in both spellings.',
  options: buildOptions(),
  operands: {
    name: { hint: 'NAME', description: 'debian, devuan, ubuntu, or the name of a plugin' },
    folder: { hint: 'DIR', completion: 'folder', description: 'folder of the tree' },
  },
  examples: [
    {
      words: "debian /srv/preos -B -C -k ~/.ssh/id_ed25519.pub -p /srv/tftp -t 'curl -fs http://server:3000/install/'",
      does: 'build one that asks a server to be installed',
    },
  ],
  run: async (args, terminal) => {
    const [name, ...rest] = args;
    if (name === undefined) throw new UsageError('missing argument NAME');
    if (name.startsWith('-')) throw new UsageError(`the name of a PreOS comes first, and not '${name}'`);
    const call: PreosCall = { ...here(), program, usualSteps };
    return runPreos(await availablePreoses(call, [], undefined, terminal), name, rest, call, terminal);
  },
};

const list = defineCommand({
  name: 'list',
  summary: 'list what can be built, with the plugins that are found',
  run: async (_, terminal) => {
    const call: PreosCall = { ...here(), program, usualSteps: null };
    for (const line of listLines(await availablePreoses(call, [], undefined, terminal)).slice(1))
      terminal.out(line.replace(/^ +- /, ''));
    return ExitCode.done;
  },
});

export const preosCommand: CommandFamily = {
  name: 'preos',
  summary: 'build the system that bare machines are installed from',
  subcommands: [build, list],
};
