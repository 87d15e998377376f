import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { passwordHash, sshKey, webServer } from './payloads.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { tellRestart } from './restart-story.ts';

describe.each([12, 13] as const)('Debian %i, started by the platform with a payload', (debian) => {
  const guest = sharedGuest({ debian, payload: { config: webServer } });

  test('boots without a failed unit', async () => {
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
    expect(await guest().expect('systemctl is-active gandi-bootstrap')).toBe('active');
  });

  test('has the host name, in the kernel, in its file and in hosts', async () => {
    expect(await guest().expect('hostname')).toBe('web1');
    expect(await guest().readFile('/etc/hostname')).toBe('web1\n');
    expect(await guest().readFile('/etc/hosts')).toMatch(/^192\.0\.2\.10 web1\b/m);
  });

  test("has root's password and ssh key", async () => {
    expect(await guest().expect('getent shadow root | cut --delimiter=: --fields=2')).toBe(passwordHash);
    expect(await guest().readFile('/root/.ssh/authorized_keys')).toContain(sshKey);
    expect(await guest().expect('stat --format=%a /root/.ssh/authorized_keys')).toBe('600');
  });

  test('has the resolver configuration', async () => {
    expect(await guest().readFile('/etc/resolv.conf')).toMatch(/nameserver 192\.0\.2\.53\nnameserver 2001:db8::53\n/);
  });

  test('reaches its gateway, whatever the kernel calls the interface', async () => {
    expect(await guest().expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
    expect(await guest().expect('ip route show default')).toContain('via 192.0.2.254');
    await guest().expect('ping -c 1 -W 5 192.0.2.254');
  });

  test('S6: keeps the configuration to root alone, and no secret stays on the swap disk', async () => {
    expect(await guest().expect('stat --format="%U %a" /gandi /gandi/config')).toBe('root 700\nroot 600');
    await guest().expect('sync');
    const image = await readFile(guest().swapDisk ?? '');
    for (const secret of [passwordHash, sshKey, 'vm_conf']) expect(image.includes(secret)).toBe(false);
  });

  test('swaps to the disk that brought the payload', async () => {
    expect(await guest().expect('swapon --show=NAME --noheadings')).toBe('/dev/vdb');
    expect(await guest().expect('blkid --probe --match-tag=LABEL --output=value /dev/vdb')).toBe('swap');
  });

  test('L3: was configured before the network started', async () => {
    const done = await guest().expect(
      'systemctl show --property=ActiveEnterTimestampMonotonic --value gandi-bootstrap',
    );
    const network = await guest().expect(
      'systemctl show --property=ExecMainStartTimestampMonotonic --value networking',
    );
    expect(Number(done)).toBeGreaterThan(0);
    expect(Number(network)).toBeGreaterThan(Number(done));
  });

  test('has said on the console, once, that the work of the boot has ended', async () => {
    const log = await readFile(join(guest().folder, 'serial.log'), 'utf8');
    expect(log.match(/^gandi-agent \S+: work of the boot .*$/gm)).toEqual([
      expect.stringMatching(/ ended \d+ s after boot: done\r?$/),
    ]);
  });

  test('keeps no process of ours', async () => {
    await guest().waitFor('! readlink /proc/[0-9]*/exe | grep --quiet gandi', 15);
  });

  // Debian 12's is in first-boot.nightly.test.ts.
  if (debian === 13) tellRestart(guest);
});
