import { describeError } from '../agent-error.ts';
import type { StepOutcome } from '../apply/apply-steps.ts';
import { observeBlockDevices } from '../facts/block-devices.ts';
import { peekIntoSpool } from '../hotplug/spool.ts';
import { readDiskRecords } from '../state/disk-records.ts';
import { readTimeline } from '../state/timeline.ts';
import type { System } from '../system/system.ts';
import { reportDisks } from './report-disks.ts';
import { isOfDisk, waitUntilDisksAreDone } from './wait-until-empty.ts';

const defaultDeadlineSeconds = 120;
// udevd itself gives up on a disk that does not answer after three times as long.
const settleSeconds = 60;

/**
 * Has udev report every block device once more, as if it were attached now, and waits until all were handled. So
 * a disk that was there before the agent, or whose event was lost with a restart of udevd, is mounted all the same. A
 * disk that hangs is told of when the time is over; the others do not wait for it.
 * @returns one outcome a disk
 */
export async function mount(system: System, deadlineSeconds = defaultDeadlineSeconds): Promise<StepOutcome[]> {
  const startedAt = system.clock.monotonic();
  await system.processes.run('udevadm', ['trigger', '--action=add', '--subsystem-match=block']);
  const settle = Math.min(settleSeconds, deadlineSeconds);
  await system.processes.run('udevadm', ['settle', `--timeout=${settle}`], {
    timeoutSeconds: settle + 10,
    // Not settled: whatever udev still works on, the others can be waited for.
    acceptExitCodes: [1],
  });
  await waitUntilDisksAreDone(system, deadlineSeconds - (system.clock.monotonic() - startedAt));
  const outcomes = reportDisks({
    records: await readDiskRecords(system),
    answers: (await readTimeline(system)).filter(({ handler, endedAt }) => handler === 'disk' && endedAt >= startedAt),
    waiting: (await peekIntoSpool(system)).filter(({ entry }) => isOfDisk(entry)),
    unknownToUdev: await observeUnknownToUdev(system),
    seconds: deadlineSeconds,
  });
  for (const { step: device, changed, failure } of outcomes) {
    if (failure === null) system.journal.info(`${device}: ${changed.join(', ')}`, { device });
    else system.journal.error(`${device}: ${describeError(failure)}`, { device });
  }
  return outcomes;
}

/** Paths of the devices that are in sysfs and not in udev's database: it is still looking at them, or waits for one. */
async function observeUnknownToUdev(system: System): Promise<string[]> {
  const known = new Set(await system.files.list('/run/udev/data'));
  // Another device manager keeps no such database.
  if (known.size === 0) return [];
  const devices = await observeBlockDevices(system);
  return devices
    .filter(({ bus, majorMinor }) => bus !== 'loop' && !known.has(`b${majorMinor}`))
    .map(({ path }) => path);
}
