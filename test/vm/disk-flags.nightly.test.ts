import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makePartitionedImage } from '../../lab/file-system-image.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

describe('what a flag of the disk manager switches on', () => {
  const guest = sharedGuest({ debian: 12 });
  const set = (flag: string, value: string) =>
    guest().expect(`sed -i 's|^${flag}=.*|${flag}="${value}"|' /etc/default/gandi`);
  const journal = () => guest().expect('journalctl --boot --unit=gandi-hotplug --output=cat');
  // A refusal of an act that was wanted is a failure, and the service says so.
  const untilFailed = () =>
    guest().waitFor(
      'systemctl is-failed --quiet gandi-hotplug.service && systemctl reset-failed gandi-hotplug.service',
    );
  const digest = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');

  test.each(['ext4', 'xfs', 'btrfs'] as const)(
    'CONFIG_FORMAT_BLANK=%s: a blank disk gets it, and is mounted',
    async (type) => {
      await set('CONFIG_FORMAT_BLANK', type);
      const disk = await guest().attachDisk({ serial: `new-${type}`, size: 320 });
      await guest().waitForMount(`/srv/new-${type}`, 60);
      expect(await guest().expect(`findmnt --noheadings --output=FSTYPE /srv/new-${type}`)).toBe(type);
      await untilIdle(guest());
      await disk.detach();
      await guest().waitFor(`! test -e /srv/new-${type}`);
    },
  );

  test('CONFIG_FORMAT_BLANK: one byte in the middle is enough to be left alone', async () => {
    await set('CONFIG_FORMAT_BLANK', 'ext4');
    const used = await guest().attachDisk({ serial: 'used', size: 64 });
    await guest().waitForMount('/srv/used', 60);
    await untilIdle(guest());
    await used.detach();
    await guest().waitFor('! test -e /srv/used');

    const image = join(guest().folder, 'one-byte.img');
    const file = await open(image, 'w');
    await file.truncate(64 * 2 ** 20);
    await file.write(Buffer.from([1]), 0, 1, 33 * 2 ** 20);
    await file.close();
    const before = await digest(image);
    const disk = await guest().attachDisk({ image, serial: 'one-byte' });
    await guest().waitFor('journalctl --boot --unit=gandi-hotplug --output=cat | grep --quiet blank-disk.not-zero');
    await untilFailed();
    expect(await digest(image)).toBe(before);
    await disk.detach();
    await set('CONFIG_FORMAT_BLANK', '');
  });

  test('CONFIG_FSCK=1: recorded errors are repaired before the mount, what needs a person is not mounted', async () => {
    await set('CONFIG_FSCK', '1');
    const suspect = await guest().attachDisk({ fileSystem: 'ext4', label: 'suspect' });
    await guest().waitForMount('/srv/suspect');
    await untilIdle(guest());
    await suspect.detach();
    await guest().waitFor('! test -e /srv/suspect');
    execFileSync('debugfs', ['-w', '-R', 'set_super_value state 2', suspect.image], { stdio: 'pipe' });
    const repaired = await guest().attachDisk({ image: suspect.image, serial: 'repaired' });
    await guest().waitForMount('/srv/suspect', 60);
    await untilIdle(guest());
    expect(await guest().expect('dumpe2fs -h /dev/disk/by-label/suspect 2>/dev/null | grep state')).toMatch(/clean$/);
    await repaired.detach();
    await guest().waitFor('! test -e /srv/suspect');

    execFileSync('debugfs', ['-w', '-R', 'clri <2>', suspect.image], { stdio: 'pipe' });
    execFileSync('debugfs', ['-w', '-R', 'set_super_value state 2', suspect.image], { stdio: 'pipe' });
    const damaged = await guest().attachDisk({ image: suspect.image, serial: 'damaged' });
    await guest().waitFor('journalctl --boot --unit=gandi-hotplug --output=cat | grep --quiet file-system.damaged', 60);
    await untilFailed();
    expect(await guest().run('findmnt /srv/suspect')).toMatchObject({ exitCode: 1 });
    await damaged.detach();
    await set('CONFIG_FSCK', '0');
  });

  test('CONFIG_GROW_PARTITION=1: the last partition of a disk that became larger grows while files are written', async () => {
    const image = await makePartitionedImage(join(guest().folder, 'grown.img'), 'grown-one');
    const disk = await guest().attachDisk({ image, serial: 'grown' });
    await guest().waitForMount('/srv/grown-part2');
    await untilIdle(guest());
    await disk.resize(128);
    await untilIdle(guest());
    const size = () => guest().expect('findmnt --bytes --noheadings --output=SIZE /srv/grown-part2');
    expect(Number(await size())).toBeLessThan(25e6);

    await set('CONFIG_GROW_PARTITION', '1');
    const write = 'dd if=/dev/urandom bs=64K count=80 2>/dev/null | tee /srv/grown-part2/file | sha256sum';
    const written = guest().expect(write, 120);
    await disk.resize(192);
    await guest().waitFor('test "$(findmnt --bytes --noheadings --output=SIZE /srv/grown-part2)" -gt 130000000', 60);
    expect(await written).toBe(
      await guest().expect('sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum </srv/grown-part2/file'),
    );
    await untilIdle(guest());
    expect(await guest().expect('sgdisk --verify $(readlink -f /dev/disk/by-id/*grown)')).toMatch(/No problems found/);
    expect(Number(await guest().expect('findmnt --bytes --noheadings --output=SIZE /srv/grown-one'))).toBeLessThan(
      25e6,
    );
    await disk.detach();
    await guest().waitFor('! test -e /srv/grown-part2 && ! test -e /srv/grown-one');
    await set('CONFIG_GROW_PARTITION', '0');
  });

  test('CONFIG_NEW_DISK_OWNER: a new and empty disk is given away, one that holds a file is not', async () => {
    await set('CONFIG_NEW_DISK_OWNER', '0:1001 0775');
    const owner = (name: string) => guest().expect(`stat --format="%u:%g %a" /srv/${name}`);
    const empty = await guest().attachDisk({ fileSystem: 'ext4', label: 'empty' });
    const full = await guest().attachDisk({ fileSystem: 'ext4', label: 'full', files: { note: 'mine' } });
    await guest().waitForMount('/srv/empty');
    await guest().waitForMount('/srv/full');
    await untilIdle(guest());
    expect([await owner('empty'), await owner('full')]).toEqual(['0:1001 775', '0:0 755']);
    await empty.detach();
    await full.detach();
    await guest().waitFor('! test -e /srv/empty && ! test -e /srv/full');
    await set('CONFIG_NEW_DISK_OWNER', '');
  });

  test('CONFIG_DISK_SERVICES=1: a service that the disk names is stopped when it goes, and nothing that is not a unit', async () => {
    await set('CONFIG_DISK_SERVICES', '1');
    await guest().writeFile('/etc/systemd/system/theirs.service', '[Service]\nExecStart=/bin/sleep infinity\n');
    const services = 'theirs\n../../bin/sh\n$(reboot)\n--force\n';
    const files = { '.gandi/services': services };
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'old', serial: 'old', files });
    await guest().waitForMount('/srv/old');
    await guest().expect('systemctl daemon-reload && systemctl start theirs');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! systemctl is-active --quiet theirs');
    const again = await guest().attachDisk({ image: disk.image, serial: 'old' });
    await guest().waitFor('systemctl is-active --quiet theirs');
    await untilIdle(guest());
    expect(await journal()).not.toMatch(/bin\/sh|reboot/);
    await again.detach();
    await guest().waitFor('! test -e /srv/old');
    await set('CONFIG_DISK_SERVICES', '0');
  });

  test('a hook has its environment, and what it says is in the journal', async () => {
    await guest().writeFile(
      '/etc/gandi/hooks/post-disk-attach',
      'echo "hook has $(env | grep ^GANDI_ | sort | tr "\\n" " ")"\n',
    );
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'hooked' });
    await guest().waitForMount('/srv/hooked');
    await untilIdle(guest());
    expect(await journal()).toMatch(
      /post-disk-attach says: hook has GANDI_DEVICE=\/dev\/sd\w GANDI_DISK_NAME=hooked GANDI_FILE_SYSTEM=ext4 GANDI_HOOK=post-disk-attach GANDI_MOUNT_POINT=\/srv\/hooked GANDI_UUID=[0-9a-f-]{36}/,
    );
    await disk.detach();
    await guest().waitFor('! test -e /srv/hooked');
  });
});
