import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const counts = (process.env.GANDI_STORM ?? '24,256').split(',').map(Number);
const maximalMegabytes = 80;
const minutes = 60;

describe('many disks', () => {
  const guest = sharedGuest({ debian: 12, memory: 1024 });

  test.each(counts)(
    '%i disks at once: all are mounted, by one process of little memory',
    async (count) => {
      const labels = Array.from({ length: count }, (_, index) => `many-${index}`);
      await untilIdle(guest());
      await guest().expect('journalctl --rotate --vacuum-time=1s --quiet');
      const watched = watchAgent(guest());
      const disks = await attachAtOnce(guest(), labels);
      const isAllMounted = `[ "$(findmnt --raw --noheadings --output=TARGET | grep --count ^/srv/many-)" = ${count} ]`;
      await guest().waitFor(isAllMounted, minutes * 20);
      const { seconds, processes, megabytes } = await watched;
      const timing = `the agent was up for ${seconds.toFixed(0)} s`;
      console.log(`${count} disks: ${processes} agent process, at most ${megabytes.toFixed(0)} MB resident, ${timing}`);
      expect(processes).toBe(1);
      expect(megabytes).toBeLessThan(maximalMegabytes);
      await Promise.all(disks.map((disk) => disk.detach()));
      await guest().waitFor('! ls /srv | grep --quiet many', minutes * 20);
    },
    minutes * 60_000,
  );
});

/**
 * Plugs the disks in while the guest stands still. One that is running is told by a unit attention of each further disk, in
 * the middle of its look at the one before: Linux 6.1 then reads the capacity three times in vain and takes it for 0 bytes.
 */
async function attachAtOnce(guest: Guest, labels: readonly string[]): Promise<GuestDisk[]> {
  const contents = labels.map((label) => ({ image: join(guest.folder, `${label}.img`), label }));
  await Promise.all(contents.map(({ image, label }) => makeDiskImage(image, { fileSystem: 'ext4', label, size: 4 })));
  await guest.qmp.execute('stop');
  const disks = await Promise.all(contents.map(({ image }) => guest.attachDisk({ image })));
  await guest.qmp.execute('cont');
  return disks;
}

interface Watched {
  readonly seconds: number;
  readonly processes: number;
  readonly megabytes: number;
}

/** Watches the hotplug service from its next start to its end, by its own high-water mark (VmHWM in proc_pid_status(5)). */
async function watchAgent(guest: Guest): Promise<Watched> {
  const look = `until systemctl is-active --quiet gandi-hotplug.service || [ "$(systemctl is-active gandi-hotplug.service)" = activating ]; do sleep 0.2; done
    start=$(cut --delimiter=" " --fields=1 /proc/uptime)
    while state=$(systemctl is-active gandi-hotplug.service); [ "$state" = activating ] || [ -n "$(ls /run/gandi/spool)" ]; do
      pid=$(systemctl show --property=MainPID --value gandi-hotplug.service)
      mark=$(sed --quiet 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$pid/status)
      [ -n "$mark" ] && echo "$pid $mark"
      sleep 1
    done
    echo "$start $(cut --delimiter=" " --fields=1 /proc/uptime)"`;
  const lines = (await guest.expect(look, minutes * 60)).split('\n').map((line) => line.split(' ').map(Number));
  const [start = 0, end = 0] = lines.at(-1) ?? [];
  const marks = lines.slice(0, -1);
  return {
    seconds: end - start,
    processes: new Set(marks.map(([pid]) => pid)).size,
    megabytes: (Math.max(...marks.map(([, kibibytes = 0]) => kibibytes)) * 1024) / 1e6,
  };
}
