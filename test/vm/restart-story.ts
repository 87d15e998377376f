import { expect } from 'vitest';
import type { Guest } from '../../lab/guest.ts';
import { test } from '../../lab/story.ts';

/** What a restart does to a guest that the payload `webServer` configured: nothing. */
export function tellRestart(guest: () => Guest): void {
  test("S6: is restarted from within: nothing is written again, and the admin's edits stay", async () => {
    await guest().expect(
      'echo 203.0.113.7 intranet >>/etc/hosts; echo db7 >/etc/hostname; echo >/root/.ssh/authorized_keys',
    );
    const before = await guest().expect(fingerprint);

    await guest().reboot();
    expect(await guest().waitForBoot()).toBe('running');

    expect(await guest().expect(fingerprint)).toBe(before);
    expect(await guest().expect('hostname')).toBe('db7');
    expect(await guest().expect('gandi-agent status')).not.toContain('grow the file system');
    expect(await guest().expect('swapon --show=NAME --noheadings')).toBe('/dev/vdb');
    expect(await guest().expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
  });

  test('a boot in which there is nothing to do does not start the agent for each stage', async () => {
    expect(await guest().expect('systemctl is-active gandi-config gandi-mount gandi-postboot')).toBe(
      'active\nactive\nactive',
    );
    expect(await guest().expect('gandi-agent status')).toMatch(/^config +done .*\nmount +done .*\npostboot +done /m);
    expect(await guest().expect(saidBy('gandi-config'))).toBe('');
    await guest().expect('systemctl restart gandi-config');
    expect(await guest().expect(saidBy('gandi-config'))).toContain('config: done');
  });
}

/** Name, inode, time of change and content of every file that bootstrap may write: a file replaced by itself shows too. */
const fingerprint = `
  files=$(find /etc/hosts /etc/hostname /etc/mailname /etc/resolv.conf /etc/shadow /etc/network /root/.ssh /gandi \
    /var/lib/gandi -type f)
  stat --format='%n %i %z' $files
  sha256sum $files`;

/** What the agent wrote to the journal in this boot, started by this unit. */
function saidBy(unit: string): string {
  return `journalctl --boot --output=cat --identifier=gandi _SYSTEMD_UNIT=${unit}.service`;
}
