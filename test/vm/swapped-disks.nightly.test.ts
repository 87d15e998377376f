import { describe, expect } from 'vitest';
import type { GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

const minute = 60_000;
/** Two more than the kernel hears of. */
const count = 10;
const numbers = Array.from({ length: count }, (_, index) => index + 1);

describe('disks that are all pulled at once, and replaced in the same moment', () => {
  const guest = sharedGuest({ debian: 12 });
  const attachAll = async (name: string) => {
    const disks: GuestDisk[] = [];
    for (const number of numbers) {
      const label = `${name}-${number}`;
      disks.push(
        await guest().attachDisk({ fileSystem: 'ext4', label, serial: label, size: 8, files: { note: label } }),
      );
    }
    return disks;
  };
  const untilMounted = async (name: string) => {
    for (const number of numbers) await guest().waitForMount(`/srv/${name}-${number}`, 120);
  };

  test('each new one is mounted with its files, and nothing was written to it for the old one', {
    timeout: 20 * minute,
  }, async () => {
    const old = await attachAll('old');
    await untilMounted('old');
    await untilIdle(guest());
    await guest().expect('sync');

    await Promise.all(old.map((disk) => disk.detach()));
    const disks = await attachAll('new');
    await untilMounted('new');
    await guest().waitFor('! ls /srv | grep --quiet old', 120);
    // That old disks were pulled in use is told as a failure.
    await guest().waitFor(
      'test -z "$(ls /run/gandi/spool)" && ! systemctl is-active --quiet gandi-hotplug.service',
      120,
    );
    const expelled = await guest().expect(
      'journalctl --boot --unit=gandi-hotplug --output=cat | grep --count "let go of /dev/sd" || true',
    );
    console.info(`${count} disks were pulled at once and replaced: the kernel had not heard of ${expelled}`);
    expect(Number(expelled)).toBeGreaterThan(0);
    await guest().expect('systemctl reset-failed');
    for (const [index, { image }] of disks.entries()) {
      const label = `new-${index + 1}`;
      expect(await guest().readFile(`/srv/${label}/note`)).toBe(label);
      await guest().expect(`echo more >/srv/${label}/more && gandi-agent disk detach ${label}`);
      await runOnHost('e2fsck', ['-f', '-n', image]);
    }
  });
});
