import type { DiskRecord } from '../disk/disk-records.ts';
import { AgentError } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import type { SpooledEvent } from '../event/spool.ts';
import type { TimelineEntry } from '../event/timeline.ts';

export interface WaitedFor {
  /** What the agent did with each disk, now or before. */
  readonly records: readonly DiskRecord[];
  /** What came of the events since the wait began, oldest first. */
  readonly answers: readonly TimelineEntry[];
  /** Events that nobody has answered when the time was over. */
  readonly waiting: readonly SpooledEvent[];
  /** Paths of devices that udev is still looking at. */
  readonly withUdev: readonly string[];
  /** How long was waited. */
  readonly seconds: number;
}

/** What is to be said about each disk when boot goes on, in the order of their paths; the step is the disk's path. */
export function reportDisks({ records, answers, waiting, withUdev, seconds }: WaitedFor): StepOutcome[] {
  const outcomes = new Map<string, StepOutcome>();
  for (const { device, note } of records) outcomes.set(device, done(device, note));
  for (const { device, failures } of answers) {
    if (failures.length > 0) outcomes.set(device, failed(device, notMounted(device, failures)));
    else if (isFailed(outcomes.get(device))) outcomes.delete(device);
  }
  for (const device of withUdev) {
    outcomes.set(device, failed(device, hangs(device, `udev is not done looking at it after ${seconds} s`)));
  }
  for (const { properties, devicePath } of waiting) {
    const device = properties.DEVNAME ?? devicePath;
    outcomes.set(device, failed(device, hangs(device, `not done with it after ${seconds} s`)));
  }
  return [...outcomes.values()].sort((a, b) => (a.step < b.step ? -1 : 1));
}

function done(step: string, note: string): StepOutcome {
  return { step, changed: [`${step}: ${note}`], failure: null, skipped: false };
}

function failed(step: string, failure: AgentError): StepOutcome {
  return { step, changed: [], failure, skipped: false };
}

function isFailed(outcome: StepOutcome | undefined): boolean {
  return outcome !== undefined && outcome.failure !== null;
}

function notMounted(device: string, failures: readonly string[]): AgentError {
  return new AgentError('something about this disk failed', {
    code: 'mount.disk-failed',
    subject: device,
    remedy: `see \`gandi-agent disk explain ${device}\`, then \`gandi-agent disk attach ${device}\``,
    cause: failures.join('; '),
  });
}

function hangs(device: string, what: string): AgentError {
  return new AgentError(`${what}: boot goes on without it`, {
    code: 'mount.disk-hangs',
    subject: device,
    remedy: 'look for it in `dmesg`; it is mounted as soon as it answers',
  });
}
