import { expect } from 'vitest';
import { test } from './lab/story.ts';

for (const debian of [12, 13] as const) {
  test(`Debian ${debian} without a payload boots as if the agent were not there`, async ({ boot }) => {
    const guest = await boot({ debian });

    expect(await guest.waitForBoot()).toBe('running');
    expect(await guest.expect('systemctl --failed --no-legend')).toBe('');
    expect(await guest.expect('gandi-agent --version')).toMatch(/\d+\.\d+\.\d+/);
    expect(await guest.expect('hostname')).toBe('debian');
    expect(await guest.expect('swapon --show --noheadings')).toBe('');
  });
}
