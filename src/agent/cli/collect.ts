import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ExitCode } from '../../core/error/agent-error.ts';
import { collect } from '../collect/collect.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';

export const collectCommand: Command = {
  name: 'collect',
  summary: 'put what support needs into one archive, without secrets',
  usage: '[--output FILE]   (default: gandi-collect.tar.gz)',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { output: { type: 'string', default: 'gandi-collect.tar.gz' } } });
    const path = resolve(values.output);
    const system = await openMachine();
    await system.files.create(path, await collect(system), 0o600);
    terminal.out(path);
    return ExitCode.done;
  },
};
