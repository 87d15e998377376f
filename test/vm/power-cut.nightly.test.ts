import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { test } from '../../lab/story.ts';
import { passwordHash, webServer } from './payloads.ts';

describe('D5: the power fails during the first boot', () => {
  const moments = {
    'after the first file': 'test -e /etc/mailname',
    'after the commit record': 'test -e /var/lib/gandi/applied.json',
  };

  test.for(Object.entries(moments))('%s: the next boot ends configured', async ([, moment], { boot }) => {
    const guest = await boot({ debian: 12, payload: { config: webServer } });
    await guest.waitFor(moment, 120);
    await guest.cutPower();

    expect(await guest.waitForBoot()).toBe('running');
    expect(await guest.expect('hostname')).toBe('web1');
    expect(await guest.expect('getent shadow root | cut --delimiter=: --fields=2')).toBe(passwordHash);
    expect(await guest.expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
    expect(await guest.expect('swapon --show=NAME --noheadings')).toBe('/dev/vdb');
    await guest.shutDown();
    expect((await readFile(guest.swapDisk ?? '')).includes(passwordHash)).toBe(false);
  });
});
