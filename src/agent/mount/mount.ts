import { describeError } from '../../core/error/agent-error.ts';
import type { StepOutcome } from '../action/apply-steps.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { peekIntoSpool } from '../event/spool.ts';
import { readDiskRecords } from '../disk/disk-records.ts';
import { readTimeline } from '../event/timeline.ts';
import type { System } from '../../core/system/system.ts';
import { reportDisks } from './report-disks.ts';
import { isOfDisk, waitUntilDisksAreDone } from './wait-until-empty.ts';

const defaultDeadlineSeconds = 120;
// udevd itself gives up on a disk that does not answer after three times as long.
const settleSeconds = 60;
const udevDatabase = '/run/udev/data';

/**
 * Has udev report every block device once more, as if it were attached now, and waits until all were handled. So
 * a disk that was there before the agent, or whose event was lost with a restart of udevd, is mounted all the same. A
 * disk that hangs is told of when the time is over; the others do not wait for it.
 * @returns one outcome a disk
 */
export async function mount(system: System, deadlineSeconds = defaultDeadlineSeconds): Promise<StepOutcome[]> {
  const startedAt = system.clock.monotonic();
  const before = await observeUdevEntries(system);
  await system.processes.run('udevadm', ['trigger', '--action=add', '--subsystem-match=block']);
  const settle = Math.min(settleSeconds, deadlineSeconds);
  const { exitCode } = await system.processes.run('udevadm', ['settle', `--timeout=${settle}`], {
    timeoutSeconds: settle + 10,
    // Not settled: whatever udev still works on, the others can be waited for.
    acceptExitCodes: [1],
  });
  await waitUntilDisksAreDone(system, deadlineSeconds - (system.clock.monotonic() - startedAt));
  const outcomes = reportDisks({
    records: await readDiskRecords(system),
    answers: (await readTimeline(system)).filter(({ handler, endedAt }) => handler === 'disk' && endedAt >= startedAt),
    waiting: (await peekIntoSpool(system)).filter(({ entry }) => isOfDisk(entry)),
    withUdev: await observeDevicesWithUdev(system, exitCode === 0 ? undefined : before),
    seconds: Math.round(system.clock.monotonic() - startedAt),
  });
  for (const { step: device, changed, failure } of outcomes) {
    if (failure === null) system.journal.info(`${device}: ${changed.join(', ')}`, { device });
    else system.journal.error(`${device}: ${describeError(failure)}`, { device });
  }
  return outcomes;
}

/**
 * Paths of the devices that udev is still looking at, or that wait for one: they are in sysfs and not in its database, or their
 * entry there is not the one that udevd writes when it is done with a device that was reported anew.
 * @param unsettled the entries from before; undefined where udev has said that it is done
 */
async function observeDevicesWithUdev(system: System, unsettled: UdevEntries | undefined): Promise<string[]> {
  // Another device manager keeps no such database.
  if ((await system.files.list(udevDatabase)).length === 0) return [];
  const entries = await observeUdevEntries(system);
  const paths: string[] = [];
  for (const { bus, majorMinor, path } of await observeBlockDevices(system)) {
    if (bus === 'loop') continue;
    const name = `b${majorMinor}`;
    const isDone = entries.has(name) && (unsettled === undefined || (await isAnew(name, entries, unsettled, system)));
    if (!isDone) paths.push(path);
  }
  return paths;
}

/** A newer udevd also writes the entry when it begins, with this mark: the programs of systemd 257 know it, those of 252 do not. */
async function isAnew(name: string, now: UdevEntries, before: UdevEntries, system: System): Promise<boolean> {
  if (now.get(name) === before.get(name)) return false;
  const entry = await system.files.read(`${udevDatabase}/${name}`);
  return !entry?.split('\n').includes('E:ID_PROCESSING=1');
}

/** When each entry was written, in milliseconds, by its name: that of a block device is `b<major>:<minor>`. */
type UdevEntries = ReadonlyMap<string, number>;

async function observeUdevEntries(system: System): Promise<UdevEntries> {
  const entries = new Map<string, number>();
  for (const name of await system.files.list(udevDatabase)) {
    if (!/^b\d/.test(name)) continue;
    const status = await system.files.status(`${udevDatabase}/${name}`);
    if (status !== undefined) entries.set(name, status.modified.getTime());
  }
  return entries;
}
