import { widthOf } from '../../core/command/command.ts';
import { defineCommand } from '../../core/command/define-command.ts';
import { UsageError } from '../../core/command/usage-error.ts';
import { ExitCode } from '../../core/error/agent-error.ts';
import { wallClock } from '../event/wall-clock.ts';
import { renderTimeline } from '../status/timeline-lines.ts';
import { parseSince, readTimelineReport } from '../status/timeline-report.ts';
import { drawTimeline } from '../status/timeline-svg.ts';
import { openMachineToLookAt } from './open-machine.ts';
import { jsonOption, refuseTree } from './options.ts';

export const timelineCommand = defineCommand({
  name: 'timeline',
  summary: 'show when each stage ran and each device was handled in this boot, and how long it took',
  options: {
    json: jsonOption,
    svg: { description: 'print a picture, for a browser' },
    slowest: { description: 'list what took longest first' },
    device: {
      description: 'only what was done about this device or stage',
      value: { hint: 'DEVICE', completion: 'disk' },
    },
    since: {
      description: 'only what ended after this time of today (12:30), or this long ago (30s, 10min, 2h)',
      value: { hint: 'TIME' },
    },
  },
  refused: refuseTree,
  examples: [
    { words: '--slowest', does: 'find out what makes boot slow' },
    { words: '--svg >timeline.svg', does: 'draw a picture of this boot' },
  ],
  run: async ({ json, svg, slowest, device, since }, terminal) => {
    if (json && svg) throw new UsageError('options --json and --svg are two forms of one answer: give one of them');
    const system = openMachineToLookAt(terminal);
    const { clock } = system;
    const from = since === undefined ? 0 : parseSince(since, clock.now(), clock.monotonic());
    const report = await readTimelineReport(system, { device, since: from });
    const width = widthOf(terminal);
    if (json) terminal.json(report);
    else if (svg) for (const line of drawTimeline(report, wallClock(clock))) terminal.out(line);
    else {
      const isPart = device !== undefined || since !== undefined;
      const lines = renderTimeline(report, { width, clock: wallClock(clock), isBySlowness: slowest, isPart });
      for (const line of lines) terminal.out(line);
    }
    return ExitCode.done;
  },
});
