import { createHash } from 'node:crypto';
import type { CronFacts } from './cron.ts';
import type { ConfigPlan } from './config-step.ts';

/**
 * Moves the hourly, daily, weekly and monthly jobs to a minute of this machine's own, so that a fleet does not run
 * them together. The minute follows from the machine's identity: it is the same at every boot, another on a clone.
 */
export function planCron({ machineId, crontabs }: CronFacts): ConfigPlan | undefined {
  if (machineId === undefined || crontabs.length === 0) return undefined;
  const minute = minuteOf(machineId);
  const edited = crontabs.map(({ path, text }) => ({ path, text, content: spread(text, minute) }));
  const changed = edited.filter(({ text, content }) => text !== content);
  return {
    wanted: `minute ${minute}`,
    actions: changed.map(({ path, content }) => ({ kind: 'write-file', path, content, mode: 0o644 })),
  };
}

function minuteOf(machineId: string): number {
  return createHash('sha256').update(`gandi cron ${machineId}`).digest().readUInt32BE(0) % 60;
}

// crontab(5): five fields of time, then the command. Only a plain number is a minute that nobody thought about.
const job =
  /^(\s*)\d{1,2}(\s+\S+\s+\S+\s+\S+\s+\S+\s+.*(?:\/etc\/cron\.|\/etc\/periodic\/)(?:hourly|daily|weekly|monthly).*)$/;

function spread(text: string, minute: number): string {
  return text
    .split('\n')
    .map((line) => line.replace(job, (_, indent: string, rest: string) => `${indent}${minute}${rest}`))
    .join('\n');
}
