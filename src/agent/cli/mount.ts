import { parseArgs } from 'node:util';
import { mount } from '../mount/mount.ts';
import { previewMount } from '../disk/preview.ts';
import { runStage } from '../stage/run-stage.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';
import { showPlan } from './show-plan.ts';

export const mountCommand: Command = {
  name: 'mount',
  summary: 'mount the data disks that are attached, and wait until all are',
  usage: '[--dry-run]',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { 'dry-run': { type: 'boolean', default: false } } });
    const system = await openMachine('/', 'mount');
    if (values['dry-run']) return showPlan(await previewMount(system), terminal);
    return runStage('mount', () => mount(system), system);
  },
};
