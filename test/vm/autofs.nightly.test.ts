import { describe, expect } from 'vitest';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

/** Asked without a look at the path itself, which autofs may take for use. */
const lazyIsUnmounted = "! grep --quiet ' /srv/lazy ' /proc/self/mountinfo";

describe('with autofs installed', () => {
  const guest = sharedGuest({ debian: 12, system: 'autofs' });
  const master = '/etc/auto.master.d/gandi.autofs';

  test('it is off as shipped: a disk is mounted when it is attached, here with the types that only this kernel has', async () => {
    expect(await guest().expect(`grep -v '^#' ${master} || echo nothing`)).toBe('nothing');
    for (const [type, make] of [['f2fs', 'mkfs.f2fs -q -l']]) {
      const blank = await guest().attachDisk({ serial: `raw-${type}`, size: 128 });
      const device = await guest().waitFor(`readlink -f /dev/disk/by-id/*raw-${type}`);
      await untilIdle(guest());
      await guest().expect(`${make} my-${type} ${device}`);
      await untilIdle(guest());
      expect(await guest().run(`findmnt ${device}`)).toMatchObject({ exitCode: 1 });
      await blank.detach();
      const disk = await guest().attachDisk({ image: blank.image, serial: type ?? '' });
      await guest().waitForMount(`/srv/my-${type}`);
      expect(await guest().expect(`findmnt --noheadings --output=OPTIONS /srv/my-${type}`)).toMatch(/nosuid.*nodev/);
      await untilIdle(guest());
      await disk.detach();
      await guest().waitFor(`! test -e /srv/my-${type}`);
    }
  });

  test('it is not switched on where another map has the disk root, nor while a disk is mounted', async () => {
    await guest().writeFile('/etc/auto.master.d/admin.autofs', '/srv /etc/auto.admin\n');
    const refused = await guest().run('gandi-agent disk autofs on');
    expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('automount.other-map') });
    const foreign = await guest().attachDisk({ fileSystem: 'ext4', label: 'foreign', serial: 'foreign' });
    await guest().waitFor('gandi-agent disk list | grep --quiet "map of an admin"');
    await untilIdle(guest());
    expect(await guest().run('findmnt /srv/foreign')).toMatchObject({ exitCode: 1 });
    await foreign.detach();
    await guest().expect('rm /etc/auto.master.d/admin.autofs');

    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'first', serial: 'first' });
    await guest().waitForMount('/srv/first');
    await untilIdle(guest());
    expect(await guest().run('gandi-agent disk autofs on')).toMatchObject({ exitCode: 4 });
    await guest().expect('gandi-agent disk detach first');
    await disk.detach();
  });

  test('switched on, a disk is mounted when it is entered, under the same name, and unmounted after a rest', async () => {
    await guest().expect('gandi-agent disk autofs on');
    // A map's own time limit is the admin's: ten seconds, for the test.
    await guest().expect(`sed -i 's/--timeout=[0-9]*/--timeout=10/' ${master} && systemctl restart autofs`);
    await guest().waitFor('findmnt --types=autofs /srv');
    expect(await guest().expect('findmnt --noheadings --output=SOURCE /srv')).toBe('/etc/auto.gandi');
    await guest().writeFile('/etc/gandi/hooks/post-disk-attach', 'echo "$@" >>/run/attached\n');

    const files = { note: 'hello' };
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'lazy', serial: 'lazy', files, size: 128 });
    expect(await guest().waitFor('grep . /run/attached')).toMatch(/^\/dev\/sd[a-z] ext4 \/srv\/lazy$/);
    await untilIdle(guest());
    await guest().waitFor(lazyIsUnmounted, 60);
    expect(await guest().expect('cat /srv/lazy/note')).toBe('hello');
    expect(await guest().expect('findmnt --noheadings --types=ext4 --output=OPTIONS /srv/lazy')).toMatch(
      /nosuid.*nodev/,
    );
    expect(await guest().run('/etc/auto.gandi lazy')).toMatchObject({ exitCode: 1 });
    await guest().waitFor(lazyIsUnmounted, 60);
    expect(await guest().expect('/etc/auto.gandi lazy')).toMatch(/^-fstype=ext4,\S+ :\/dev\/sd[a-z]$/);
    for (const name of ['nobody', '..', '.hidden', 'a/b', '']) {
      expect(await guest().run(`/etc/auto.gandi '${name}'`)).toMatchObject({ exitCode: 1, stdout: '' });
    }

    await disk.resize(256);
    await guest().waitFor(
      'gandi-agent timeline --json | grep "grow the file system of [^ ]* at /srv/lazy" | grep --quiet .',
    );
    await untilIdle(guest());
    expect(
      Number(await guest().expect('cd /srv/lazy && findmnt --bytes --noheadings --types=ext4 --output=SIZE /srv/lazy')),
    ).toBeGreaterThan(200e6);
    await guest().waitFor(lazyIsUnmounted, 60);
    await guest().expect('gandi-agent disk detach lazy && ! ls /srv/lazy');
    await disk.detach();
  });

  test('L30: pulled while it is mounted on demand, nothing stale is left, and it comes back at the same place', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'pulled', files: { note: 'still here' } });
    await guest().waitFor('cat /srv/pulled/note');
    await untilIdle(guest());
    await guest().writeFile(
      '/run/systemd/system/holder.service',
      '[Service]\nWorkingDirectory=/srv/pulled\nExecStart=sleep infinity\n',
    );
    // It may have gone unmounted meanwhile: entered once more, then held.
    await guest().expect('systemctl daemon-reload');
    await guest().waitFor('cat /srv/pulled/note');
    await guest().expect('systemctl start holder');
    await disk.detach();
    await guest().waitFor('! findmnt --types=ext4 /srv/pulled && ! ls /srv/pulled/note');
    await untilIdle(guest());
    // It works in the folder, so systemd has it depend on the mount.
    await guest().expect('! systemctl --quiet is-active holder');
    const again = await guest().attachDisk({ image: disk.image, serial: 'again' });
    expect(await guest().waitFor('cat /srv/pulled/note')).toBe('still here');
    await untilIdle(guest());
    await guest().expect('systemctl --quiet is-active holder');
    await again.detach();
    await guest().waitFor('! ls /srv/pulled');
  });
});
