import { parseArgs } from 'node:util';
import { ExitCode } from '../../core/error/agent-error.ts';
import { renderTimeline } from '../hotplug/timeline-lines.ts';
import { readTimeline } from '../event/timeline.ts';
import type { Command } from '../../core/command/command.ts';
import { openMachine } from './open-machine.ts';

export const timelineCommand: Command = {
  name: 'timeline',
  summary: 'show every hotplug event of this boot: how long udev, the queue and the answer took',
  usage: '[--json]',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    const entries = await readTimeline(await openMachine());
    if (values.json) terminal.json(entries);
    else for (const line of renderTimeline(entries)) terminal.out(line);
    return ExitCode.done;
  },
};
