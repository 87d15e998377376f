import { parseArgs } from 'node:util';
import { mount } from '../mount/mount.ts';
import { runStage } from '../run-stage.ts';
import { openJournal } from '../system/journal.ts';
import { openSystem } from '../system/system.ts';
import type { Command } from './command.ts';

export const mountCommand: Command = {
  name: 'mount',
  summary: 'mount the data disks that are attached, and wait until all are',
  usage: '',
  run: async (args) => {
    parseArgs({ args, options: {} });
    const system = openSystem('/', openJournal());
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
