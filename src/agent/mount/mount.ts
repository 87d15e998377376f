import { describeError } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeInitializedNodes } from '../../core/block-device/udev-properties.ts';
import { peekIntoSpool } from '../event/spool.ts';
import { readDiskRecords } from '../disk/disk-records.ts';
import { readTimeline } from '../event/timeline.ts';
import type { System } from '../../core/system/system.ts';
import { openUdevMonitor } from './udev-monitor.ts';
import { reportDisks } from './report-disks.ts';
import { reportGoneDisks } from './report-gone-disks.ts';
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
  await reportGoneDisks(system);
  const monitor = await openUdevMonitor(system);
  await system.processes.run('udevadm', ['trigger', '--action=add', '--subsystem-match=block']);
  const settle = Math.min(settleSeconds, deadlineSeconds);
  const { exitCode } = await system.processes.run('udevadm', ['settle', `--timeout=${settle}`], {
    timeoutSeconds: settle + 10,
    // Not settled: whatever udev still works on, the others can be waited for.
    acceptExitCodes: [1],
  });
  await monitor.stop();
  await waitUntilDisksAreDone(system, deadlineSeconds - (system.clock.monotonic() - startedAt));
  const outcomes = reportDisks({
    records: await readDiskRecords(system),
    answers: (await readTimeline(system)).filter(({ handler, endedAt }) => handler === 'disk' && endedAt >= startedAt),
    waiting: (await peekIntoSpool(system)).filter(({ entry }) => isOfDisk(entry)),
    withUdev: await observeDevicesWithUdev(system, exitCode === 0 ? undefined : monitor.done),
    seconds: Math.round(system.clock.monotonic() - startedAt),
  });
  for (const { step: device, changed, failure } of outcomes) {
    if (failure === null) system.journal.info(changed.join(', '), { device });
    else system.journal.error(`${device}: ${describeError(failure)}`, { device });
  }
  return outcomes;
}

/**
 * Paths of the devices that udev is still looking at, or that wait for one: it has not initialized them, or has not come to the
 * end of them since they were reported again.
 * @param done kernel names of those that it has come to the end of; undefined where udev has said that it is done with all
 */
async function observeDevicesWithUdev(system: System, done: ReadonlySet<string> | undefined): Promise<string[]> {
  const known = await observeInitializedNodes(system);
  // Another device manager does not tell udevadm(8) of what it knows.
  if (known.length === 0) return [];
  const devices = (await observeBlockDevices(system)).filter(({ bus }) => bus !== 'loop');
  const isDone = ({ name, path }: BlockDevice) => known.includes(path) && (done === undefined || done.has(name));
  return devices.filter((device) => !isDone(device)).map(({ path }) => path);
}
