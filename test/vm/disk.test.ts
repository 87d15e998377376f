import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

describe.each([12, 13] as const)('Debian %i', (debian) => {
  const guest = sharedGuest({
    debian,
    disks: [{ fileSystem: 'ext4', label: 'first', files: { 'from-boot': 'here\n' } }],
  });

  test('boots without a payload as if the agent were not there', async () => {
    expect(await guest().expect('systemctl --failed --no-legend')).toBe('');
    expect(await guest().expect('gandi-agent --version')).toMatch(/\d+\.\d+\.\d+/);
    expect(await guest().expect('hostname; swapon --show; ls /gandi 2>/dev/null || true')).toBe('debian');
  });

  test('has the disk that was there at boot mounted when boot ends', async () => {
    expect(await guest().readFile('/srv/first/from-boot')).toBe('here\n');
  });

  test('keeps no process of ours 15 s after boot', async () => {
    await guest().waitFor('! readlink /proc/[0-9]*/exe | grep --quiet gandi', 15);
  });

  test('a labelled disk is mounted at its label, the hook is called, and all is gone when it is detached', async () => {
    await guest().writeFile('/etc/gandi/hooks/post-disk-attach', '#!/bin/sh\necho "$@" >>/run/attached\n');
    await guest().writeFile('/etc/gandi/hooks/pre-disk-detach', '#!/bin/sh\necho "$@" >>/run/detached\n');

    const disk = await guest().attachDisk({
      fileSystem: 'ext4',
      label: 'data',
      files: { 'web/index.html': '<h1>hello</h1>' },
    });
    await guest().waitForMount('/srv/data');
    expect(await guest().readFile('/srv/data/web/index.html')).toBe('<h1>hello</h1>');
    expect(await guest().expect('findmnt --noheadings --output=OPTIONS /srv/data')).toMatch(/nosuid.*nodev/);
    expect(await guest().waitFor('grep . /run/attached')).toMatch(/^\/dev\/sd[a-z] ext4 \/srv\/data$/);

    await disk.detach();
    await guest().waitFor('! test -e /srv/data');
    expect(await guest().run('findmnt /srv/data')).toMatchObject({ exitCode: 1 });
    expect(await guest().waitFor('grep . /run/detached')).toMatch(/^\/dev\/sd[a-z] \/srv\/data$/);
  });

  test("a disk without a label is mounted at the platform's serial", async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', files: { note: 'x' }, serial: 'vol-4711' });
    await guest().waitForMount('/srv/vol-4711');
    await disk.detach();
    await guest().waitFor('! test -e /srv/vol-4711');
  });

  test('a blank disk is left alone', async () => {
    const disk = await guest().attachDisk({ serial: 'blank' });
    const before = await digest(disk.image);
    await guest().waitFor('test -e /dev/disk/by-id/*blank*');
    await untilIdle(guest());

    expect(await guest().expect('findmnt --noheadings --output=TARGET /dev/disk/by-id/*blank* || true')).toBe('');
    expect(await digest(disk.image)).toBe(before);
    await disk.detach();
  });

  test('a disk of another vendor is left alone', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'foreign', vendor: 'OTHER' });
    await guest().waitFor('test -e /dev/disk/by-label/foreign');
    await untilIdle(guest());
    expect(await guest().run('test -e /srv/foreign')).toMatchObject({ exitCode: 1 });
    await disk.detach();
  });

  test('the lines for disks of other providers are understood by udev once the # is gone', async () => {
    const shipped = await guest().readFile('/usr/lib/udev/rules.d/86-gandi.rules');
    // CONFIG_DATA_DISKS has taken the place of most lines with a #.
    const all = shipped.replace(/^#(?=ENV|KERNEL)/gm, '');
    expect(all.match(/^(ENV|KERNEL).*GANDI_DATA_DISK/gm)?.length).toBeGreaterThan(1);
    // It reads the rules again for itself and says what is wrong with a line, by file and number.
    const complaints = async (text: string) => {
      await guest().writeFile('/run/udev/rules.d/86-gandi.rules', text);
      return guest().expect(
        'udevadm test /sys/class/block/$(ls /sys/class/block | head -1) 2>&1 | grep "86-gandi.rules:[0-9]* *[A-Z]" | grep -i "invalid\\|unknown\\|unexpected" || true',
      );
    };
    await guest().expect('mkdir -p /run/udev/rules.d');
    expect(await complaints(`${all}NONSENSE=="x"\n`)).not.toBe('');
    expect(await complaints(all)).toBe('');
    await guest().expect('rm /run/udev/rules.d/86-gandi.rules');
  });
});

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
