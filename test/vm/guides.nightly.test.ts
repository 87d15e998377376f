import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { webServer } from './payloads.ts';
import { readPlatformPage } from './platform-page.ts';

const pages = {
  operators: readPlatformPage('docs/operators-guide.md'),
  faq: readPlatformPage('docs/faq.md'),
  providers: readPlatformPage('docs/providers-guide.md'),
  readme: readPlatformPage('README.md'),
};

/** Of the commands that the guides show, those that other tests run in another place, with that place. */
const elsewhere: Readonly<Record<string, string>> = {
  'apt-get install ./gandi-vm-agent_3.0.0_amd64.deb': 'lab/agent-image.ts, for each guest',
  'apt-get install ./dist/gandi-vm-agent_3.0.0_amd64.deb': 'lab/agent-image.ts, for each guest',
  'make demo': 'a person',
  'make test': 'a person, and .ci/run',
  'make deb': 'a person, and `make test`',
};

const forHost = /^(gandi-agent (payload|validate config\.json)|xorriso )/;
const onHost = (page: { readonly inGuest: readonly string[] }) => page.inGuest.filter((line) => forHost.test(line));
const inGuest = (page: { readonly inGuest: readonly string[] }) =>
  page.inGuest.filter((line) => !forHost.test(line) && elsewhere[line] === undefined);

describe('the operators’ guide, the page about logs and the FAQ', () => {
  const guest = sharedGuest({ debian: 12, payload: { config: webServer } });

  test('its commands do what it says, typed in its order', { timeout: 10 * 60_000 }, async () => {
    await guest().attachDisk({ fileSystem: 'ext4', label: 'data', serial: 'data-1' });
    await guest().waitForMount('/srv/data');
    await untilIdle(guest());
    const said: Record<string, string> = {};
    for (const command of inGuest(pages.operators)) said[command] = await guest().expect(command, 120);
    expect(said).toEqual({
      'gandi-agent status': expect.stringMatching(/^web1: /),
      'gandi-agent disk list': expect.stringMatching(/^\/dev\/sda .*mounted at \/srv\/data$/m),
      'gandi-agent timeline': expect.stringMatching(/ add \/dev\/sda$/m),
      'gandi-agent doctor': expect.stringMatching(/^who gets in:/),
      'gandi-agent disk detach data': expect.stringContaining('is detached; it may be removed now'),
      'gandi-agent disk attach data': expect.stringContaining('mounted at /srv/data'),
      'gandi-agent disk explain data': expect.stringContaining('is mounted at /srv/data.'),
      "sed -i 's/^CONFIG_SSHD=1/CONFIG_SSHD=0/' /etc/default/gandi": '',
      'gandi-agent validate /etc/default/gandi': expect.stringContaining('OK'),
    });
    expect(await guest().expect('grep ^CONFIG_SSHD /etc/default/gandi')).toBe('CONFIG_SSHD=0');
  });

  test('a # before the line of the rules that names the handler of disks has no disk mounted', async () => {
    await guest().expect('cp /usr/lib/udev/rules.d/86-gandi.rules /etc/udev/rules.d/');
    await guest().expect('sed -i "s/^[^#].*spool-event disk/#&/" /etc/udev/rules.d/86-gandi.rules');
    await guest().expect('udevadm control --reload');
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'off', serial: 'off' });
    await guest().waitFor('test -e /dev/disk/by-label/off && udevadm settle');
    await untilIdle(guest());
    expect((await guest().run('findmnt /srv/off')).exitCode).toBe(1);
    expect((await guest().run('gandi-agent doctor')).stdout).toContain('86-gandi.rules');
    await guest().expect('rm /etc/udev/rules.d/86-gandi.rules && udevadm control --reload');
    await disk.detach();
  });

  test('each command of journalctl on the page about logs finds what it says', async () => {
    await guest().expect("printf '#!/bin/sh\\necho hooked $3\\n' >/etc/gandi/hooks/post-disk-attach");
    await guest().attachDisk({ fileSystem: 'ext4', label: 'second', serial: 'second' });
    await guest().waitForMount('/srv/second');
    await untilIdle(guest());
    expect(await guest().expect('findmnt --noheadings --output=SOURCE /srv/second')).toBe('/dev/sdb');
    const said: Record<string, string> = {};
    const text = readFileSync('docs/troubleshooting.md', 'utf8');
    for (const [, command = ''] of text.matchAll(/`(journalctl [^`]*\w{2})`/g))
      said[command] = await guest().expect(`${command} --boot --no-pager --output=cat`);
    expect(said).toEqual({
      'journalctl -t gandi': expect.stringContaining('mount /dev/sdb (ext4) at /srv/second'),
      'journalctl GANDI_STAGE=hotplug': expect.stringContaining('mount /dev/sdb (ext4) at /srv/second'),
      'journalctl -t gandi GANDI_SPEAKER=program': expect.stringContaining('hooked /srv/second'),
      'journalctl GANDI_DEVICE=/dev/sdb': expect.stringContaining('mount /dev/sdb (ext4) at /srv/second'),
    });
  });

  test('the commands of the FAQ succeed, and detach the disk in the end', { timeout: 10 * 60_000 }, async () => {
    await guest().expect('echo mine >/etc/hostname');
    const said: Record<string, string> = {};
    for (const command of inGuest(pages.faq)) said[command] = await guest().expect(command, 120);
    expect(said).toEqual({
      'gandi-agent disk list': expect.stringMatching(/^\/dev\/sdb .*mounted at \/srv\/second$/m),
      'gandi-agent disk explain /dev/sdb': expect.stringContaining('is mounted at /srv/second.'),
      'gandi-agent network show': expect.stringContaining('192.0.2.10/24'),
      'gandi-agent bootstrap --again --dry-run': expect.stringContaining('/etc/hostname'),
      'gandi-agent bootstrap --again': expect.any(String),
      'gandi-agent disk detach data': expect.stringContaining('is detached; it may be removed now'),
    });
    expect(await guest().expect('cat /etc/hostname')).toBe('web1');
  });

  test('the package names who is told of a security fault', async () => {
    const [, command = ''] = /^(dpkg-query .*)$/m.exec(readFileSync('SECURITY.md', 'utf8')) ?? [];
    expect(await guest().expect(command)).toMatch(/^.+ <.+@.+>$/);
  });
});

describe('the providers’ guide and the README', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-guides-'));
  afterAll(() => rm(folder, { recursive: true }));

  /** Types commands on this host, beside these files. */
  async function follow(name: string, files: Readonly<Record<string, string>>, commands: readonly string[]) {
    const place = join(folder, name);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(place, path, '..'), { recursive: true });
      await writeFile(join(place, path), text);
    }
    const said: string[] = [];
    for (const command of commands) {
      const path = `${join(import.meta.dirname, '../../dist')}:${process.env.PATH}`;
      const { all } = await execa('bash', ['-ec', command], {
        cwd: place,
        env: { PATH: path },
        preferLocal: false,
        all: true,
      });
      said.push(all);
    }
    return { place, said };
  }

  test('each of their commands is run here, or elsewhere', () => {
    const all = Object.values(pages).flatMap((page) => page.inGuest);
    expect(Object.keys(elsewhere).filter((line) => !all.includes(line))).toEqual([]);
    expect(Object.values(pages).map((page) => [onHost(page).length, inGuest(page).length])).toEqual([
      [0, 9],
      [0, 6],
      [5, 2],
      [2, 0],
    ]);
  });

  test('the README’s swap disk configures a machine and runs the script once', async ({ boot }) => {
    const files = { 'config.json': JSON.stringify(webServer), 'setup.sh': '#!/bin/sh\necho done >>/root/set-up\n' };
    const { place } = await follow('readme', files, onHost(pages.readme));
    const guest = await boot({ debian: 12, makeSwap: (image) => copyFile(join(place, 'swap.img'), image) });
    await guest.waitForBoot();
    expect(await guest.expect('hostname && cat /root/set-up')).toBe('web1\ndone');
  });

  test('the image of the providers’ guide: its configuration, its check and how it is cleaned', {
    timeout: 10 * 60_000,
  }, async ({ boot }) => {
    const swap = onHost(pages.providers).filter((line) => !line.startsWith('xorriso'));
    const { place, said } = await follow('swap', { 'config.json': pages.providers.config }, swap);
    expect(said.at(-1)).toContain('CONFIG_STATIC_IPV6=1');
    const guest = await boot({ debian: 12, makeSwap: (image) => copyFile(join(place, 'swap.img'), image) });
    await guest.waitForBoot();
    expect(await guest.expect('hostname && ip -oneline -4 address show scope global')).toMatch(
      /^web1\n.*192\.0\.2\.10\/24/,
    );
    expect(await guest.readFile('/home/admin/.ssh/authorized_keys')).toContain('me@example.org');
    // It says `apt-get install`, and the lab's guests reach no mirror.
    expect((await guest.run('gandi-agent status --wait')).exitCode).toBe(1);
    await guest.expect('mount --bind / /mnt');
    expect(await guest.expect('gandi-agent status --root /mnt')).toContain('payload');
    expect(await guest.expect('gandi-agent doctor --root /mnt')).toContain('admin');
    expect((await guest.run('gandi-agent image check /mnt')).exitCode).toBe(1);
    const { stdout: planned } = await guest.run('gandi-agent image clean --root /mnt --dry-run');
    expect(planned).toContain('ssh_host_ed25519_key');
    for (const command of inGuest(pages.providers)) await guest.expect(command, 120);
    expect(await guest.expect('ls /etc/ssh')).not.toContain('ssh_host_');
  });

  const drives = [
    [
      'config-2',
      {
        'folder/openstack/latest/meta_data.json': JSON.stringify({ name: 'from-drive' }),
        'folder/openstack/latest/network_data.json': JSON.stringify({ links: [], networks: [], services: [] }),
      },
    ],
    [
      'cidata',
      { 'folder/meta-data': 'instance-id: i-1\nlocal-hostname: from-drive\n', 'folder/user-data': '#cloud-config\n' },
    ],
  ] as const;

  test.for(drives)(
    'a drive labelled %s that its command makes configures a machine',
    async ([label, files], { boot, skip }) => {
      const { exitCode } = await execa('which', ['xorriso'], { reject: false });
      skip(exitCode !== 0, 'xorriso is not installed');
      const commands = onHost(pages.providers).filter((line) => line.includes(label));
      expect(commands).toHaveLength(1);
      const { place } = await follow(label, files, commands);
      const drive = { image: join(place, 'drive.iso'), vendor: 'QEMU', serial: 'drive', bus: 'cd-rom' } as const;
      const guest = await boot({ debian: 12, disks: [drive] });
      await guest.waitForBoot();
      expect(await guest.expect('hostname')).toBe('from-drive');
    },
  );
});
