import { parseArgs } from 'node:util';
import { ExitCode } from '../agent-error.ts';
import { readTimeline, type TimelineEntry } from '../state/timeline.ts';
import type { Command } from './command.ts';
import { openMachine } from './open-machine.ts';

export const timelineCommand: Command = {
  name: 'timeline',
  summary: 'show every hotplug event of this boot, with how long it waited and how long it took',
  usage: '[--json]',
  run: async (args, terminal) => {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    const entries = await readTimeline(await openMachine());
    if (values.json) terminal.out(JSON.stringify(entries, undefined, 2));
    else for (const line of renderTimeline(entries)) terminal.out(line);
    return ExitCode.done;
  },
};

/** Columns: when, how long it waited in the spool, how long it took, what, and below it what was changed. */
function renderTimeline(entries: readonly TimelineEntry[]): string[] {
  if (entries.length === 0) return ['no hotplug event in this boot'];
  const heading = '   at boot    waited      took  event';
  return [heading, ...entries.flatMap((entry) => [renderEntry(entry), ...details(entry)])];
}

function renderEntry(entry: TimelineEntry): string {
  const at = `${entry.spooledAt.toFixed(2)} s`.padStart(10);
  const waited = milliseconds(entry.startedAt - entry.spooledAt);
  const took = milliseconds(entry.endedAt - entry.startedAt);
  return `${at}${waited}${took}  ${entry.action} ${entry.device}`;
}

function details(entry: TimelineEntry): string[] {
  const indent = ' '.repeat(34);
  return [...entry.changed, ...entry.failures.map((failure) => `FAILED ${failure}`)].map((line) => indent + line);
}

function milliseconds(seconds: number): string {
  return `${Math.max(0, Math.round(seconds * 1000))} ms`.padStart(10);
}
