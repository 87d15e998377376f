import { z } from 'zod';
import type { System } from '../../core/system/system.ts';
import { version } from '../../core/version.ts';
import { listedDiskSchema } from '../disk/describe-disk.ts';
import { isOurs, type ListedDisk } from '../disk/describe-disk.ts';
import { listDisks } from '../disk/list-disks.ts';
import { mistakesOf, readAssignments } from '../disk/read-assignments.ts';
import { type OpenFailure, openFailures } from '../event/open-failures.ts';
import { spoolFolder } from '../event/spool.ts';
import { readTimeline, type TimelineEntry } from '../event/timeline.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { readFlags } from '../flags/read-flags.ts';
import { liveHostnamePath } from '../identity/live-hostname.ts';
import { observeAddresses } from '../network/addresses.ts';
import { bootStages, enabledStages } from './boot-stages.ts';
import { readStages, stagesSchema } from '../stage/status.ts';

const link = z
  .object({
    name: z.string().describe('`eth0`'),
    macAddress: z.string(),
    addresses: z.array(z.string()).describe('with prefix length: `192.0.2.10/24`'),
  })
  .describe('one network interface');

const eventFailure = z
  .object({
    device: z.string().describe('`/dev/sdb`'),
    action: z.string().describe('what happened to it: `add`, `remove`'),
    diskSequence: z.number().nullable().describe('DISKSEQ: which of the disks that had this name'),
    endedAt: z.number().describe('seconds since boot'),
    failures: z.array(z.string()).describe('one sentence each'),
  })
  .describe('something about a device that failed and was not made good since');

/** What `gandi-agent status --json` prints; published as schema/status.schema.json. New keys may come, none goes. */
export const statusReportSchema = z
  .object({
    version: z.literal(1),
    agent: z.string().describe('version of the agent'),
    host: z.string().nullable(),
    bootId: z.string().nullable().describe('random(4): new in every boot'),
    bootedAt: z.string().describe('by the wall clock as it is now, ISO 8601: what the seconds since boot count from'),
    state: z
      .enum(['done', 'running', 'failed', 'not-run'])
      .describe(
        '`failed`: a stage or an event; `running`: work of the boot is under way; `not-run`: no stage of a boot began in this one',
      ),
    waiting: z.array(z.string()).describe('stages that are enabled and have not begun'),
    disabled: z.array(z.string()).default([]).describe('stages of a boot that are not enabled and did not run'),
    firstBoot: z.enum(['gandi-agent', 'cloud-init']).describe('who configures this machine at its first boot'),
    stages: stagesSchema,
    events: z
      .object({
        handled: z.number().describe('how many events of devices the timeline has'),
        waiting: z.number().describe('in the spool'),
        failures: z.array(eventFailure),
      })
      .describe('hotplug'),
    disks: z.array(listedDiskSchema).describe('data disks, and others that the agent did something with'),
    assignmentMistakes: z.array(z.string()).describe('what is wrong in files below /etc/gandi/disks.d, one line each'),
    otherDisks: z.number().describe('how many more disks `gandi-agent disk list` has'),
    network: z.array(link),
  })
  .describe('what gandi-agent did in this boot');

export type StatusReport = z.infer<typeof statusReportSchema>;

export async function readStatusReport(system: System): Promise<StatusReport> {
  const { files, clock } = system;
  const flags = await readFlags(system);
  const stages = await readStages(system);
  const entries = await readTimeline(system);
  const all = await listDisks(system, flags);
  const enabled = await enabledStages(system);
  const missing = bootStages.filter((name) => stages[name] === undefined);
  const waiting = missing.filter((name) => enabled.includes(name));
  const failures = stillOpen(openFailures(entries), all).map((failure) => ({
    ...failure,
    failures: [...failure.failures],
  }));
  const bootId = (await files.read('/proc/sys/kernel/random/boot_id'))?.trim();
  return {
    version: 1,
    agent: version,
    host: (await files.read(liveHostnamePath))?.trim() ?? null,
    bootId: bootId || null,
    bootedAt: new Date(clock.now().getTime() - clock.monotonic() * 1000).toISOString(),
    state: stateOf(stages, waiting, failures),
    waiting: missing.length === bootStages.length ? [] : waiting,
    disabled: missing.filter((name) => !enabled.includes(name)),
    firstBoot: await observeFirstBootOwner(system, flags),
    stages,
    events: { handled: countEvents(entries), waiting: (await files.list(spoolFolder)).length, failures },
    disks: all.filter(isOurs),
    assignmentMistakes: mistakesOf(await readAssignments(system)),
    otherDisks: all.filter((disk) => !isOurs(disk)).length,
    network: (await observeAddresses(system)).map(({ advertised: _, ...shown }) => shown),
  };
}

/** A disk that is mounted now was attached by command meanwhile. */
export function stillOpen(
  failures: readonly OpenFailure[],
  disks: readonly Pick<ListedDisk, 'device' | 'diskSequence' | 'isMountedByAgent'>[],
): OpenFailure[] {
  return failures.filter(
    ({ device, diskSequence }) =>
      !disks.some((disk) => disk.device === device && disk.diskSequence === diskSequence && disk.isMountedByAgent),
  );
}

function stateOf(
  stages: StatusReport['stages'],
  waiting: readonly string[],
  failures: readonly OpenFailure[],
): StatusReport['state'] {
  const results = Object.values(stages).map(({ result }) => result);
  if (results.includes('failed') || failures.length > 0) return 'failed';
  if (bootStages.every((name) => stages[name] === undefined)) return 'not-run';
  return results.includes('running') || waiting.length > 0 ? 'running' : 'done';
}

function countEvents(entries: readonly TimelineEntry[]): number {
  return entries.reduce((sum, { events }) => sum + events, 0);
}
