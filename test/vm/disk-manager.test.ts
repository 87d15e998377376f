import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from '../../lab/disk-image.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { makeFileSystemImage, makePartitionedImage } from '../../lab/file-system-image.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

describe('the disk manager', () => {
  const guest = sharedGuest({ debian: 12 });

  test('disks with ext2, XFS, Btrfs, vfat and iso9660 are mounted at their labels, all at once', async () => {
    const types = ['ext2', 'xfs', 'btrfs', 'vfat', 'iso9660'] as const;
    const labelOf = (type: string) => (type === 'vfat' ? 'VFAT' : `my-${type}`);
    const disks = [];
    for (const type of types) {
      const image = await makeFileSystemImage(type, join(guest().folder, `${type}.img`), labelOf(type));
      disks.push(await guest().attachDisk({ image, serial: type }));
    }
    for (const type of types) {
      await guest().waitForMount(`/srv/${labelOf(type)}`);
      const mount = await guest().expect(`findmnt --noheadings --output=FSTYPE,OPTIONS /srv/${labelOf(type)}`);
      expect(mount).toMatch(new RegExp(`^${type} +${type === 'iso9660' ? 'ro' : 'rw'},.*nosuid.*nodev`));
    }
    await untilIdle(guest());
    for (const disk of disks) await disk.detach();
    await guest().waitFor('[ -z "$(ls /srv)" ]');
  });

  test('a read-only disk is mounted read-only, and nothing on it is changed', async () => {
    const image = join(guest().folder, 'read-only.img');
    await makeDiskImage(image, { fileSystem: 'ext4', label: 'sealed', files: { note: 'as it was' } });
    const before = await readFile(image);
    const disk = await guest().attachDisk({ image, serial: 'sealed', readOnly: true });
    await guest().waitForMount('/srv/sealed');
    expect(await guest().expect('findmnt --noheadings --output=OPTIONS /srv/sealed')).toMatch(/^ro,/);
    expect(await guest().readFile('/srv/sealed/note')).toBe('as it was');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/sealed');
    expect(before.equals(await readFile(image))).toBe(true);
  });

  test('XFS and Btrfs grow with their disks while they are mounted', async () => {
    const types = ['xfs', 'btrfs'] as const;
    const disks = [];
    for (const type of types) {
      const image = await makeFileSystemImage(type, join(guest().folder, `grow-${type}.img`), `grow-${type}`);
      disks.push(await guest().attachDisk({ image, serial: `grow-${type}` }));
    }
    for (const type of types) await guest().waitForMount(`/srv/grow-${type}`);
    await untilIdle(guest());
    for (const disk of disks) await disk.resize(640);
    for (const type of types) {
      await guest().waitFor(`test "$(findmnt --bytes --noheadings --output=SIZE /srv/grow-${type})" -gt 500000000`);
    }
    await untilIdle(guest());
    for (const disk of disks) await disk.detach();
    await guest().waitFor('[ -z "$(ls /srv)" ]');
  });

  test('L9: ext4 grows while files on it are written, once for the size, and they are intact', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'busy', size: 128 });
    await guest().waitForMount('/srv/busy');
    await untilIdle(guest());
    const write = 'dd if=/dev/urandom bs=64K count=160 2>/dev/null | tee /srv/busy/file | sha256sum';
    const written = guest().expect(write, 120);
    await disk.resize(256);
    await guest().waitFor('test "$(findmnt --bytes --noheadings --output=SIZE /srv/busy)" -gt 200000000');
    expect(await written).toBe(
      await guest().expect('sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum </srv/busy/file'),
    );
    await untilIdle(guest());
    const events = await guest().expect('gandi-agent timeline --json');
    expect(events.match(/grow the file system of \S+ at \/srv\/busy/g)?.length).toBe(2);
    await disk.detach();
    await guest().waitFor('! test -e /srv/busy');
  });

  test('D8: three disks with one label get three folders, and each finds its own again', async () => {
    const names = ['data', 'data_2', 'data_3'];
    const disks = [];
    for (const name of names) {
      disks.push(await guest().attachDisk({ fileSystem: 'ext4', label: 'data', files: { name } }));
      await guest().waitForMount(`/srv/${name}`);
    }
    for (const name of names) expect(await guest().readFile(`/srv/${name}/name`)).toBe(name);
    await untilIdle(guest());
    for (const disk of disks) await disk.detach();
    await guest().waitFor('! ls /srv | grep --quiet data');

    const again = await guest().attachDisk({ image: disks[1]?.image ?? '', serial: 'again' });
    await guest().waitForMount('/srv/data_2');
    expect(await guest().readFile('/srv/data_2/name')).toBe('data_2');
    await untilIdle(guest());
    await again.detach();
    await guest().waitFor('! test -e /srv/data_2');
  });

  test('partitions are mounted by their own labels, and after their disk without one', async () => {
    const image = await makePartitionedImage(join(guest().folder, 'parts.img'), 'first-part');
    const disk = await guest().attachDisk({ image, serial: 'parted' });
    await guest().waitForMount('/srv/first-part');
    await guest().waitForMount('/srv/parted-part2');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/first-part && ! test -e /srv/parted-part2');
  });

  test('S1: a label that is a command names a folder; with a second signature beside it the disk is refused', async () => {
    const content = { fileSystem: 'ext4', label: 'x;id>/run/PWNED', size: 8 } as const;
    const hostile = await guest().attachDisk(content);
    await guest().waitForMount('/srv/x_id__run_PWNED');
    const image = join(guest().folder, 'ambivalent.img');
    await makeDiskImage(image, content);
    // Where the header of a swap area with pages of 4 KiB ends.
    await runOnHost('dd', [`of=${image}`, 'bs=1', 'seek=4086', 'conv=notrunc'], { input: 'SWAP-SPACE' });
    const ambivalent = await guest().attachDisk({ image, serial: 'ambivalent' });
    await guest().waitFor('gandi-agent disk list | grep --quiet "no file system was found on it"');
    await untilIdle(guest());
    expect(await guest().expect('find / /run -xdev -name PWNED')).toBe('');
    expect(await guest().expect('ls /srv')).toBe('x_id__run_PWNED');
    await ambivalent.detach();
    await hostile.detach();
    await guest().waitFor('! ls /srv | grep --quiet x');
  });

  test('a clone of a mounted disk is refused, and said', async () => {
    const image = await makeFileSystemImage('xfs', join(guest().folder, 'original.img'), 'original');
    await copyFile(image, join(guest().folder, 'clone.img'));
    const original = await guest().attachDisk({ image, serial: 'original' });
    await guest().waitForMount('/srv/original');
    const clone = await guest().attachDisk({ image: join(guest().folder, 'clone.img'), serial: 'clone' });
    await guest().waitFor('gandi-agent disk list | grep --quiet "is a clone"');
    await untilIdle(guest());
    await clone.detach();

    // An admin's own mount counts as much.
    const device = await guest().expect('findmnt --noheadings --output=SOURCE /srv/original');
    await guest().expect(`umount /srv/original && mount ${device} /mnt`);
    const again = await guest().attachDisk({ image: join(guest().folder, 'clone.img'), serial: 'clone' });
    await guest().waitFor(`gandi-agent disk list | grep --quiet "as that of ${device} at /mnt: it is a clone"`);
    expect(await guest().expect('findmnt --noheadings --output=TARGET --types=xfs')).toBe('/mnt');
    await guest().expect('umount /mnt');
    await untilIdle(guest());
    await again.detach();
    await original.detach();
    await guest().waitFor('! test -e /srv/original');
  });

  test('detach by command: refused while it is used, then unmounted and released, then pulled', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'safe', serial: 'safe' });
    await guest().waitForMount('/srv/safe');
    await untilIdle(guest());
    const user = guest()
      .run('cd /srv/safe && exec sleep 300', 120)
      .catch(() => undefined);
    await guest().waitFor('readlink /proc/[0-9]*/cwd | grep --quiet "^/srv/safe"');
    const busy = await guest().run('gandi-agent disk detach safe');
    expect(busy.exitCode).toBe(4);
    expect(busy.stderr).toMatch(/used by sleep \(\d+\).*disk\.busy/);
    expect(await guest().run('findmnt /srv/safe')).toMatchObject({ exitCode: 0 });

    await guest().expect('pkill --exact sleep');
    await user;
    await guest().expect('cd /srv/safe && gandi-agent disk detach safe');
    await guest().expect('! test -e /srv/safe && ! test -e /dev/disk/by-label/safe');
    await disk.detach();
  });

  test('a disk that is pulled at the moment it was attached is a note, and no failure of the service', async () => {
    for (let times = 0; times < 6; times += 1) {
      const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'brief', size: 8 });
      // From before the kernel's event is answered to the middle of the mount.
      if (times > 2) await guest().waitFor('test -e /dev/disk/by-label/brief || ls /run/gandi/spool | grep --quiet .');
      await disk.detach();
    }
    await untilIdle(guest());
    await guest().expect('! findmnt /srv/brief && ! test -e /srv/brief && ! ls /run/gandi/disks | grep .');
  });

  test('a disk that is pulled while udev goes over it again is missed: its removal is not lost', async () => {
    for (let times = 0; times < 2; times += 1) {
      const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'gone-over', size: 8 });
      await guest().waitForMount('/srv/gone-over');
      // udev takes the disk's marks from what it finds in sysfs each time, and at that moment finds nothing.
      const events = guest().run(
        'cd /sys/block/sda && while echo change >uevent && udevadm settle; do :; done 2>/dev/null',
        60,
      );
      await untilIdle(guest());
      await disk.detach();
      await guest().waitFor('! test -e /srv/gone-over && ! ls /run/gandi/disks | grep .');
      await events;
    }
  });

  test('a disk whose event was lost is mounted when udevd is restarted', async () => {
    await guest().expect(
      'mkdir --parents /run/udev/rules.d && : >/run/udev/rules.d/86-gandi.rules && udevadm control --reload',
    );
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'missed', size: 8 });
    await guest().waitFor('test -e /dev/disk/by-label/missed && udevadm settle');
    expect(await guest().run('findmnt /srv/missed')).toMatchObject({ exitCode: 1 });
    await guest().expect('rm /run/udev/rules.d/86-gandi.rules && systemctl restart systemd-udevd.service');
    await guest().waitForMount('/srv/missed');
    await untilIdle(guest());
    await disk.detach();
    await guest().waitFor('! test -e /srv/missed');
  });

  test("L13: an admin's umount is respected until it is asked for again", async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'mine' });
    await guest().waitForMount('/srv/mine');
    await untilIdle(guest());
    await guest().expect('umount /srv/mine');
    await guest().expect('udevadm trigger --action=add --subsystem-match=block --settle');
    await guest().expect('e2fsck -f -y /dev/disk/by-label/mine');
    await untilIdle(guest());
    expect(await guest().run('findmnt /srv/mine')).toMatchObject({ exitCode: 1 });
    expect(
      await guest().expect(
        'gandi-agent disk explain /dev/disk/by-label/mine || gandi-agent disk explain $(readlink -f /dev/disk/by-label/mine)',
      ),
    ).toMatch(/stays unmounted/);

    await guest().expect('gandi-agent disk attach $(readlink -f /dev/disk/by-label/mine)');
    await guest().expect('findmnt /srv/mine');
    await disk.detach();
    await guest().waitFor('! test -e /srv/mine');
  });

  test('L30: a disk that is pulled while it is written to leaves no stale mount, and the journal says what may be lost', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'pulled' });
    await guest().waitForMount('/srv/pulled');
    await untilIdle(guest());
    // It ends by itself once the disk answers no more, or is a mount that nobody can reach.
    const writer = guest()
      .run('for line in $(seq 100); do echo $line || break; sleep 0.2; done >/srv/pulled/file', 60)
      .catch(() => undefined);
    await guest().waitFor('test -s /srv/pulled/file');
    await disk.detach();
    await guest().waitFor('! findmnt /srv/pulled && ! test -e /srv/pulled');
    await writer;
    expect(await guest().expect('journalctl --boot --unit=gandi-hotplug --output=cat')).toMatch(
      /\/srv\/pulled was pulled while it was mounted: what was not written to it yet is lost/,
    );
  });

  test("S3, S4: a disk keeps its owner and modes, and chooses no service to stop; the admin's choice is stopped, and started again", async () => {
    const unit = (command: string, more = '') =>
      `[Unit]\n${more}[Service]\nExecStart=/bin/sh -c '${command}; exec sleep infinity'\n`;
    await guest().writeFile('/etc/systemd/system/named.service', unit('cd /srv/served'));
    await guest().writeFile('/etc/systemd/system/bound.service', unit(':', 'RequiresMountsFor=/srv/served\n'));
    await guest().writeFile('/etc/systemd/system/victim.service', unit(':'));
    await guest().writeFile('/etc/gandi/services.d/served', 'named   # uses it\nno-such-unit\n');
    const list = { '.gandi/services': 'victim\n' };
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'served', serial: 'served', files: list });
    await guest().waitForMount('/srv/served');
    await untilIdle(guest());
    await guest().expect('chown 105:106 /srv/served && chmod 0700 /srv/served');
    await guest().expect('systemctl daemon-reload && systemctl start named bound victim');
    const running = 'systemctl is-active named bound victim | tr "\\n" " "';

    await guest().expect('gandi-agent disk detach served');
    expect(await guest().expect(running)).toBe('inactive inactive active ');
    await disk.detach();
    const again = await guest().attachDisk({ image: disk.image, serial: 'served' });
    await guest().waitForMount('/srv/served');
    await guest().waitFor('systemctl is-active --quiet named bound');
    expect(await guest().expect('stat --format="%u:%g %a" /srv/served')).toBe('105:106 700');

    await untilIdle(guest());
    await again.detach();
    await guest().waitFor(`[ "$(${running})" = "inactive inactive active " ]`);
    const third = await guest().attachDisk({ image: disk.image, serial: 'served' });
    await guest().waitFor('systemctl is-active --quiet named bound');
    await untilIdle(guest());
    await guest().expect('systemctl stop named bound victim');
    await third.detach();
    await guest().waitFor('! test -e /srv/served');
  });
});
