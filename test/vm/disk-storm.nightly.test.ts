import { describe, expect } from 'vitest';
import { sharedGuest, test } from './lab/story.ts';
import { untilIdle } from './lab/until-idle.ts';

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
