import { parseArgs } from 'node:util';
import { mount } from '../mount/mount.ts';
import { runStage } from '../run-stage.ts';
import type { Command } from './command.ts';
import { openMachine } from './open-machine.ts';

export const mountCommand: Command = {
  name: 'mount',
  summary: 'mount the data disks that are attached, and wait until all are',
  usage: '',
  run: async (args) => {
    parseArgs({ args, options: {} });
    const system = await openMachine('/', 'mount');
    return runStage(
      'mount',
      async () => {
        await mount(system);
        return [];
      },
      system,
    );
  },
};
