import { expect } from 'vitest';
import type { Guest } from '../../lab/guest.ts';
import { test } from '../../lab/story.ts';
import { passwordHash } from './payloads.ts';

/**
 * The life of a machine on which another init than systemd runs, as tests: configured by the payload `webServer`, with a
 * disk labelled `first` that has a file `note`. It is restarted at the end.
 * @param service the program that starts and stops services there, given a name and a verb
 */
export function tellStoryWithoutSystemd(guest: () => Guest, service: 'service' | 'rc-service'): void {
  test('no systemd is there, and every stage has ended without a failure', async () => {
    expect(await guest().run('test -e /run/systemd/system || pidof systemd')).toMatchObject({ exitCode: 1 });
    expect(await guest().expect('cat /proc/1/comm')).toBe('init');
    const { stages } = JSON.parse(await guest().expect('gandi-agent status --wait --json')) as {
      stages: Record<string, { result: string }>;
    };
    const results = Object.fromEntries(Object.entries(stages).map(([name, { result }]) => [name, result]));
    expect(results).toMatchObject({ bootstrap: 'done', config: 'done', mount: 'done', postboot: 'done' });
  });

  test('it has host name, password and address, in time for the network', async () => {
    expect(await guest().expect('hostname')).toBe('web1');
    expect(await guest().expect('getent shadow root | cut --delimiter=: --fields=2')).toBe(passwordHash);
    expect(await guest().expect('ip -oneline -4 address show scope global')).toContain('192.0.2.10/24');
    await guest().expect('ping -c 1 -W 5 192.0.2.254');
    expect(await guest().expect('swapon --show=NAME --noheadings')).toBe('/dev/vdb');
    expect(await guest().expect('pidof sshd')).not.toBe('');
  });

  test("the disk that was there at boot is mounted, with its owner's file", async () => {
    expect(await guest().readFile('/srv/first/note')).toBe('hello\n');
  });

  test('what it logs is in syslog, as there is no journal', async () => {
    expect(await guest().expect('grep gandi /var/log/syslog')).toContain('/srv/first');
  });

  test('nothing of it runs while nothing happens', async () => {
    await guest().waitFor(noneRuns);
  });

  test('a disk that is attached is mounted, one that is pulled leaves no mount', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'later', serial: 'later' });
    await guest().waitForMount('/srv/later');
    await guest().waitFor(noneRuns, 60);
    await disk.detach();
    await guest().waitFor('! test -e /srv/later');
    await guest().waitFor(noneRuns, 60);
  });

  test('four disks at once are handled by one handler', async () => {
    const labels = ['one', 'two', 'three', 'four'];
    const disks = await Promise.all(
      labels.map((label) => guest().attachDisk({ fileSystem: 'ext4', label, serial: label })),
    );
    for (const label of labels) await guest().waitForMount(`/srv/${label}`, 60);
    await guest().waitFor(noneRuns, 60);
    for (const disk of disks) await disk.detach();
    await guest().waitFor('! ls -d /srv/one /srv/two /srv/three /srv/four 2>/dev/null | grep .', 60);
    await guest().waitFor(noneRuns, 60);
  });

  test('services of a disk are stopped before it goes and started when it is back', async () => {
    await guest().expect('mkdir -p /etc/gandi/services.d && echo cron.service >/etc/gandi/services.d/served');
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'served', serial: 'served' });
    await guest().waitForMount('/srv/served');
    await guest().waitFor(noneRuns, 60);
    await guest().expect('pidof cron');
    await guest().expect('gandi-agent disk detach served');
    expect(await guest().run('pidof cron')).toMatchObject({ exitCode: 1 });
    await disk.detach();
    await guest().attachDisk({ image: disk.image, serial: 'served' });
    await guest().waitForMount('/srv/served');
    await guest().waitFor('pidof cron');
  });

  test('the service is stopped: events wait, and are answered when it is started again', async () => {
    await guest().waitFor(noneRuns, 60);
    await guest().expect(`${service} gandi-hotplug stop`);
    await guest().attachDisk({ fileSystem: 'ext4', label: 'patient', serial: 'patient' });
    await guest().waitFor('ls /run/gandi/spool | grep .');
    expect(await guest().run('findmnt /srv/patient')).toMatchObject({ exitCode: 1 });
    await guest().expect(`${service} gandi-hotplug start`);
    await guest().waitForMount('/srv/patient');
  });

  test('the doctor finds every service enabled', async () => {
    expect(await guest().expect('gandi-agent doctor --json || true')).not.toContain('unit-off');
  });

  test('restarted, it mounts its disks again and is not configured again', async () => {
    await guest().expect('echo db7 >/etc/hostname');
    await guest().reboot();
    await guest().waitForBoot();
    await guest().waitForMount('/srv/first');
    await guest().waitForMount('/srv/patient');
    expect(await guest().expect('hostname')).toBe('db7');
  });
}

/** No process of the executable, nor of the script that starts it. */
const noneRuns =
  '! { readlink /proc/[0-9]*/exe; cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"; } | grep -E "[g]andi-agent|[d]rain-spool"';
