import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { limitOf, show, yardstick } from '../timing/kernel-event.ts';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { Guest } from '../../lab/guest.ts';
import { serveByNbd } from '../../lab/nbd-server.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const others = Array.from({ length: 8 }, (_, index) => `beside-${index}`);
const secondsForAll = 10;

describe('a disk whose host side hangs', () => {
  const guest = sharedGuest({ debian: 12 });

  test(`8 disks attached beside it are mounted within ${secondsForAll} s, the agent is alive, and it follows when it wakes`, async () => {
    const speed = await yardstick(guest());
    const image = join(guest().folder, 'hangs.img');
    await makeDiskImage(image, { fileSystem: 'ext4', label: 'hangs' });
    const server = await serveByNbd(image, join(guest().folder, 'nbd.sock'));
    // All nine events wait in the spool, so that the agent is the first to ask the disk after it has begun to hang.
    await guest().expect('systemctl stop gandi-hotplug.path');
    const hanging = await guest().attachDisk({ image, serial: 'hangs', nbdSocket: server.socket });
    await guest().waitFor('test -e /dev/disk/by-label/hangs && udevadm settle');
    server.hang();
    const disks = [];
    try {
      for (const label of others) disks.push(await guest().attachDisk({ fileSystem: 'ext4', label, size: 8 }));
      const seconds = await secondsUntilMounted(guest(), others);
      console.log(`8 disks beside one that hangs: mounted within ${seconds.toFixed(1)} s, yardstick ${show(speed)}`);
      expect(seconds).toBeLessThan(limitOf(secondsForAll, [speed]));
      await guest().expect('systemctl is-active gandi-hotplug.service | grep activating && ! findmnt /srv/hangs');
    } finally {
      server.wake();
    }
    await guest().waitForMount('/srv/hangs');
    await untilIdle(guest());
    expect(await guest().expect('gandi-agent disk list')).toMatch(/mounted at \/srv\/hangs/);
    for (const disk of [hanging, ...disks]) await disk.detach();
    await guest().waitFor('! ls /srv | grep --quiet --regexp=beside --regexp=hangs');
    await server.stop();
  });

  test('boot does not wait for it longer than its time, tells of it, and mounts the others', async () => {
    const image = join(guest().folder, 'later.img');
    await makeDiskImage(image, { fileSystem: 'ext4', label: 'later' });
    const server = await serveByNbd(image, join(guest().folder, 'later.sock'));
    const other = await guest().attachDisk({ fileSystem: 'ext4', label: 'well' });
    const hanging = await guest().attachDisk({ image, serial: 'later', nbdSocket: server.socket });
    await guest().waitForMount('/srv/later');
    await guest().waitForMount('/srv/well');
    await untilIdle(guest());
    await guest().expect('umount /srv/later /srv/well && rm --recursive --force /run/gandi/disks');
    server.hang();
    try {
      const { exitCode, stderr } = await guest().run('gandi-agent mount', 200);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/\/dev\/sd[a-z]: .*after \d+ s: boot goes on without it/);
      await guest().expect('findmnt /srv/well');
    } finally {
      server.wake();
    }
    await guest().waitForMount('/srv/later');
    await untilIdle(guest());
    await other.detach();
    await hanging.detach();
    await server.stop();
  });
});

/** From the moment when the agent may begin, without the time for which the guest's CPU waited for one of this host. */
async function secondsUntilMounted(guest: Guest, labels: readonly string[]): Promise<number> {
  const waitedBefore = await guest.secondsWaitedForCpu();
  const all = labels.map((label) => `findmnt /srv/${label} >/dev/null`).join(' && ');
  const uptime = 'cut --delimiter=" " --fields=1 /proc/uptime';
  const times = await guest.expect(
    `${uptime}; systemctl start gandi-hotplug.path; until ${all}; do sleep 0.1; done; ${uptime}`,
  );
  const [start = 0, end = Number.NaN] = times.split('\n').map(Number);
  return end - start - ((await guest.secondsWaitedForCpu()) - waitedBefore);
}
