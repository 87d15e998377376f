import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { statusReportSchema } from '../../src/agent/status/status-report.ts';
import { passwordHash, sshKey, webServer } from './payloads.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

/** Says what it was called with, and what every process of the machine was called with meanwhile. */
const script = `#!/bin/sh
echo "$@" >>/var/local/ran
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>/var/local/cmdlines
echo hello from the script
exit 3
`;
const config = {
  ...webServer,
  vm_conf: {
    ...webServer.vm_conf,
    script_args: `--role 'web & db' $HOME`,
    run: 'echo command >>/var/local/ran; echo canary-in-command >/dev/null',
    timezone: 'Europe/Paris',
  },
};

describe('Debian 12, with a script and a command in the payload', () => {
  const guest = sharedGuest({ debian: 12, payload: { config, script } });
  const ran = `--role web & db $HOME\ncommand`;

  test('status --wait ends with the work of the boot, and tells that the script failed', async () => {
    const { exitCode, stdout } = await guest().run('gandi-agent status --wait --timeout 120 --json', 130);
    expect(exitCode).toBe(1);
    const report = statusReportSchema.parse(JSON.parse(stdout));
    expect(Object.keys(report.stages)).toEqual(['bootstrap', 'config', 'mount', 'network', 'postboot']);
    expect(report.stages.config).toMatchObject({ result: 'done', failures: [] });
    expect(report.stages.postboot?.failures).toMatchObject([{ step: "customer's script", code: 'postboot.failed' }]);
    expect(report.network).toMatchObject([{ addresses: expect.arrayContaining(['192.0.2.10/24']) }]);
  });

  test('the console names the stage that failed', async () => {
    const log = await readFile(join(guest().folder, 'serial.log'), 'utf8');
    expect(log).toMatch(
      /^gandi-agent \S+: work of the boot ended \d+ s after boot: failed: postboot; see gandi-agent status/m,
    );
  });

  test('L17, L18: script and command ran once, with the network up and their arguments as they were', async () => {
    expect(await guest().expect('cat /var/local/ran')).toBe(ran);
    expect(await guest().expect('cat /var/log/gandi/postboot.log')).toMatch(
      /hello from the script\n== ended with status 3/,
    );
    expect(await guest().expect('stat --format="%U %a" /var/log/gandi/postboot.log')).toBe('root 600');
    expect(await guest().expect('journalctl --boot GANDI_STAGE=postboot --output=cat')).toContain(
      'hello from the script',
    );
    expect(await guest().expect('systemctl show --property=Wants --value gandi-postboot')).toContain(
      'network-online.target',
    );
  });

  test('timezone, cron, sshd and message of the day are set', async () => {
    expect(await guest().expect('readlink /etc/localtime')).toBe('/usr/share/zoneinfo/Europe/Paris');
    expect(await guest().expect('date +%Z')).toMatch(/^CES?T$/);
    expect(await guest().expect('sshd -T | grep --ignore-case permitrootlogin')).toBe(
      'permitrootlogin without-password',
    );
    expect(await guest().expect('grep cron.hourly /etc/crontab')).not.toMatch(/^17 /);
  });

  test('sshd starts again with what was written, and answers', async () => {
    await guest().expect('systemctl restart ssh');
    expect(await guest().waitFor('timeout 2 head --lines=1 </dev/tcp/127.0.0.1/22')).toMatch(/^SSH-2\.0-/);
  });

  test('a second run has nothing to do', async () => {
    const { stdout } = await guest().run('gandi-agent config --dry-run');
    expect(stdout.replace(/^hook post-vm-config.*\n/m, '')).toMatch(/^(nothing to do\n)?$/);
  });

  test('no secret is in the journal, in a status, in an argument list or in a file that others can read', async () => {
    const secrets = [passwordHash, sshKey.split(' ')[1] ?? '', 'canary-in-command'];
    const everything = await guest().expect(
      'cat /var/local/cmdlines; journalctl --boot --output=cat; gandi-agent status; gandi-agent status --json; gandi-agent timeline',
    );
    for (const secret of secrets) expect(everything.includes(secret)).toBe(false);
    const patterns = secrets.map((secret) => `-e '${secret}'`).join(' ');
    const found = await guest().run(
      `find /etc /gandi /home /root /run /srv /tmp /var -xdev -type f -perm -o=r -size -4M -print0 | xargs -0 grep --fixed-strings --files-with-matches ${patterns}`,
      120,
    );
    expect(found.stdout).toBe('');
  });

  test('collect makes an archive that holds none of them either', async () => {
    await guest().expect('gandi-agent collect --output /root/for-support.tar.gz');
    expect(await guest().expect('stat --format=%a /root/for-support.tar.gz')).toBe('600');
    const text = await guest().expect('tar --extract --to-stdout --file /root/for-support.tar.gz');
    expect(text).toContain('"vm_hostname":"web1"');
    for (const secret of [passwordHash, 'canary-in-command', 'web & db']) expect(text.includes(secret)).toBe(false);
  });

  test('doctor names the script that failed, and nothing else that is wrong', async () => {
    const { stdout } = await guest().run('gandi-agent doctor');
    expect(stdout.match(/^PROBLEM.*/gm)).toEqual([expect.stringContaining("customer's script")]);
  });

  test('a line of the journal has its stage, device, action and duration as fields, and the unit that wrote it', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'fields' });
    await guest().waitForMount('/srv/fields');
    await untilIdle(guest());
    const device = await guest().expect('findmnt --noheadings --output=SOURCE /srv/fields');
    const found = `journalctl --boot --output=json GANDI_ACTION=mount-disk GANDI_DEVICE=${device}`;
    expect(JSON.parse(await guest().expect(found))).toMatchObject({
      MESSAGE: expect.stringContaining(`mount ${device} (ext4) at /srv/fields`),
      PRIORITY: '6',
      SYSLOG_IDENTIFIER: 'gandi',
      GANDI_STAGE: 'hotplug',
      GANDI_STEP: expect.stringContaining(device),
      GANDI_DURATION_MS: expect.stringMatching(/^\d+$/),
      _SYSTEMD_UNIT: 'gandi-hotplug.service',
      _TRANSPORT: 'journal',
    });
    await disk.detach();
    await guest().waitFor('! test -e /srv/fields');
  });

  test('a flag is in force with the next event, and back with the one after it', async () => {
    await guest().expect('sed --in-place s/CONFIG_ALLOW_MOUNT=1/CONFIG_ALLOW_MOUNT=0/ /etc/default/gandi');
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'toggled' });
    await guest().waitFor('test -e /dev/disk/by-label/toggled');
    await untilIdle(guest());
    expect(await guest().run('findmnt /srv/toggled')).toMatchObject({ exitCode: 1 });
    expect((await guest().run('gandi-agent doctor')).stdout).toContain('CONFIG_ALLOW_MOUNT=0');
    await disk.detach();
    await guest().waitFor('! test -e /dev/disk/by-label/toggled');
    await guest().expect('sed --in-place s/CONFIG_ALLOW_MOUNT=0/CONFIG_ALLOW_MOUNT=1/ /etc/default/gandi');
    const again = await guest().attachDisk({ fileSystem: 'ext4', label: 'toggled' });
    await guest().waitForMount('/srv/toggled');
    await again.detach();
    await guest().waitFor('! test -e /srv/toggled');
  });

  test('no secret is in an argument list while access is given again', async () => {
    const sampler =
      'touch /run/sampling; while test -e /run/sampling; do cat /proc/[0-9]*/cmdline | tr "\\0" " " >>/run/samples; done 2>/dev/null';
    await guest().expect("usermod --password '*' root && rm /root/.ssh/authorized_keys");
    const sampling = guest().run(sampler, 120);
    await guest().waitFor('test -s /run/samples');
    const { stdout, stderr } = await guest().run('gandi-agent bootstrap --again', 120);
    await guest().expect('rm /run/sampling');
    await sampling;
    expect(await guest().expect('getent shadow root')).toContain(passwordHash);
    const samples = await guest().readFile('/run/samples');
    expect(samples).toContain('gandi-agent');
    for (const secret of [passwordHash, sshKey.split(' ')[1] ?? '']) {
      expect(`${samples}${stdout}${stderr}`.includes(secret)).toBe(false);
    }
  });

  test("L24, L17: a reboot runs nothing again, and what the admin changed stays the admin's", async () => {
    await guest().expect(
      'ln --symbolic --force --no-dereference /usr/share/zoneinfo/Etc/UTC /etc/localtime; echo PermitRootLogin no >/etc/ssh/sshd_config.d/90-gandi.conf; sed --in-place "s/^[0-9]* /5 /" /etc/crontab; sha256sum /etc/crontab >/root/sum',
    );
    await guest().reboot();
    expect(await guest().waitForBoot()).toBe('running');
    expect(await guest().expect('cat /var/local/ran')).toBe(ran);
    expect(await guest().expect('readlink /etc/localtime')).toBe('/usr/share/zoneinfo/Etc/UTC');
    expect(await guest().expect('sshd -T | grep --ignore-case permitrootlogin')).toBe('permitrootlogin no');
    await guest().expect('sha256sum --check --quiet /root/sum');
    expect(await guest().run('gandi-agent status --wait --timeout 60')).toMatchObject({ exitCode: 0 });
  });
});
