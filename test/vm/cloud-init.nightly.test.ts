import { describe, expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { passwordHash, webServer } from './payloads.ts';

describe('Debian 12 beside its cloud-init, which has found a NoCloud data source; the platform left a payload too', () => {
  const guest = sharedGuest({ debian: 12, system: 'cloud-init', payload: { config: webServer } });

  test('both end their work, and no unit fails or waits for itself', async () => {
    expect(await guest().run('cloud-init status --wait', 240)).toMatchObject({ exitCode: 0 });
    expect(await guest().waitForBoot()).toBe('running');
    expect((await guest().run('journalctl --boot --grep="ordering cycle"')).stdout).not.toContain('cycle');
    expect(await guest().run('gandi-agent status --wait --timeout 60')).toMatchObject({ exitCode: 0 });
  });

  test("host name, user, timezone and network are cloud-init's, and the payload was not applied", async () => {
    expect(await guest().expect('hostname')).toBe('cloud1');
    expect(await guest().expect('getent passwd clouduser')).toContain('/bin/sh');
    expect(await guest().expect('readlink --canonicalize /etc/localtime')).toBe('/usr/share/zoneinfo/Asia/Tokyo');
    const addresses = await guest().expect('ip -oneline -4 address show scope global');
    expect(addresses).toContain('192.0.2.77/24');
    expect(addresses).not.toContain('192.0.2.10/');
    expect(await guest().expect('getent shadow root')).not.toContain(passwordHash);
    expect(await guest().run('test -e /var/lib/gandi/applied.json')).toMatchObject({ exitCode: 1 });
  });

  test('that first boot is left to it is said once in the journal', async () => {
    const lines = await guest().expect('journalctl --boot --identifier=gandi --output=cat --grep="left to cloud-init"');
    expect(lines.split('\n')).toHaveLength(1);
    expect(await guest().expect('journalctl --boot GANDI_STAGE=bootstrap --output=cat')).toContain(lines);
  });

  test('a disk that is attached is mounted, one that is pulled leaves nothing', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'data' });
    await guest().waitForMount('/srv/data');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/data');
  });

  test('status and doctor say whose first boot it is, and that nothing is wrong', async () => {
    const { exitCode, stdout } = await guest().run('gandi-agent doctor');
    expect(stdout).toMatch(/^by choice +first boot is left to cloud-init/m);
    expect(stdout).not.toMatch(/^PROBLEM/m);
    expect(exitCode).toBe(0);
    expect(await guest().expect('gandi-agent status')).toContain('first boot   left to cloud-init');
    expect(await guest().expect('gandi-agent config --dry-run')).not.toMatch(/crontab|sshd|motd|localtime/);
  });

  test('CONFIG_FIRST_BOOT=1 would have the agent do it all the same', async () => {
    await guest().expect('sed --in-place "s/^CONFIG_FIRST_BOOT=.*/CONFIG_FIRST_BOOT=1/" /etc/default/gandi');
    expect(await guest().expect('gandi-agent bootstrap --dry-run')).toContain('set host name web1');
    await guest().expect('sed --in-place "s/^CONFIG_FIRST_BOOT=.*/CONFIG_FIRST_BOOT=auto/" /etc/default/gandi');
  });

  // A guest that restarts waits for its turn on this host once more.
  test('after a reboot the same holds, and a disk that is there from the start is mounted', {
    timeout: 600_000,
  }, async () => {
    await guest().attachDisk({ fileSystem: 'ext4', label: 'kept' });
    await guest().waitForMount('/srv/kept');
    await guest().reboot();
    expect(await guest().waitForBoot(240)).toBe('running');
    await guest().waitForMount('/srv/kept');
    expect(await guest().expect('hostname')).toBe('cloud1');
    const lines = await guest().expect('journalctl --boot --identifier=gandi --output=cat --grep="left to cloud-init"');
    expect(lines.split('\n')).toHaveLength(1);
  });
});
