import { describe, expect } from 'vitest';
import type { Guest } from './lab/guest.ts';
import { sharedGuest, test } from './lab/story.ts';

describe('many disks', () => {
  const guest = sharedGuest({ debian: 12 });

  test('24 disks at once: all are mounted, by one process', async () => {
    const labels = Array.from({ length: 24 }, (_, index) => `many-${index}`);
    await guest().expect('journalctl --rotate --vacuum-time=1s --quiet');
    const disks = [];
    for (const label of labels) disks.push(await guest().attachDisk({ fileSystem: 'ext4', label, size: 8 }));
    for (const label of labels) await guest().waitForMount(`/srv/${label}`, 60);
    await untilIdle(guest());
    const starts = await guest().expect(
      'journalctl --boot --unit=gandi-hotplug --output=cat | grep --count "^Starting"',
    );
    expect(Number(starts)).toBe(1);
    for (const disk of disks) await disk.detach();
    await guest().waitFor('! ls /srv | grep --quiet many', 60);
  });
});

/** Waits until every event was acted on and the handler has ended. */
async function untilIdle(guest: Guest): Promise<void> {
  const idle = '[ "$(systemctl is-active gandi-hotplug.service)" = inactive ] && [ -z "$(ls /run/gandi/spool)" ]';
  await guest.waitFor(`udevadm settle && ${idle}`, 60);
}
