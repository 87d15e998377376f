import { ExitCode } from '../../core/error/agent-error.ts';
import { renderTimeline } from '../hotplug/timeline-lines.ts';
import { readTimeline } from '../event/timeline.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { openMachine } from './open-machine.ts';
import { jsonOption } from './options.ts';

export const timelineCommand = defineCommand({
  name: 'timeline',
  summary: 'show every hotplug event of this boot: how long udev, the queue and the answer took',
  options: { json: jsonOption },
  run: async ({ json }, terminal) => {
    const entries = await readTimeline(await openMachine());
    if (json) terminal.json(entries);
    else for (const line of renderTimeline(entries)) terminal.out(line);
    return ExitCode.done;
  },
});
