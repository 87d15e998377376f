import { basename } from 'node:path';
import type { System } from '../../core/system/system.ts';
import type { TimelineEntry } from '../event/timeline.ts';
import { wallClock } from '../event/wall-clock.ts';
import type { ListedDisk } from './describe-disk.ts';
import type { DiskHistory } from './explain-disk.ts';
import { mountName } from './mount-name.ts';
import { observeMountUsers } from './mount-users.ts';

/**
 * What else is known of a disk: what was done with it, and who uses it. The users of files are root's to know; an ordinary user sees
 * their own.
 * @param entries of the timeline
 */
export async function observeHistory(
  system: System,
  disk: ListedDisk,
  diskSequence: number | null,
  entries: readonly TimelineEntry[],
): Promise<DiskHistory> {
  const { device, state, mountPoint } = disk;
  const clock = wallClock(system.clock);
  const own = entries.filter((entry) => entry.device === device && entry.diskSequence === diskSequence);
  const done = own.flatMap(({ endedAt, changed, failures }) =>
    [...changed, ...failures.map((failure) => `FAILED ${failure}`)].map((line) => `${clock(endedAt)}  ${line}`),
  );
  const users = state === 'mounted' && mountPoint !== null ? await observeMountUsers(system, mountPoint) : [];
  return {
    done,
    users: users.filter(({ pid }) => pid !== process.pid).map(({ name, pid }) => `${name} (${pid})`),
    wantedName: wantedName(disk),
  };
}

function wantedName(disk: ListedDisk): string | undefined {
  const { device, label, serial, mountPoint, isMountedByAgent, assignments } = disk;
  if (!isMountedByAgent || mountPoint === null || assignments.length > 0) return undefined;
  const name = mountName({
    encodedLabel: label ?? undefined,
    serial: serial ?? undefined,
    kernelName: basename(device),
  });
  return new RegExp(`^${RegExp.escape(name)}_\\d+$`).test(basename(mountPoint)) ? name : undefined;
}
