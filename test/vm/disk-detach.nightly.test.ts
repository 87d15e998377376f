import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makePartitionedImage } from '../../lab/file-system-image.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

/** A program that stands in a folder. With WorkingDirectory= its unit would be bound to the mount, and stopped for it. */
const sleepIn = (folder: string) => `sh -c 'cd ${folder} && exec sleep infinity'`;

describe('a disk that is to go', () => {
  const guest = sharedGuest({ debian: 12 });

  test('the platform asks for a disk: unmounted and let go of, or kept where it is while it is used', async () => {
    const disk = await guest().attachDisk({ fileSystem: 'ext4', label: 'asked', serial: 'asked' });
    await guest().waitForMount('/srv/asked');
    await untilIdle(guest());
    const device = await guest().expect('findmnt --noheadings --output=SOURCE /srv/asked');
    await guest().expect(`systemd-run --quiet --unit=holder ${sleepIn('/srv/asked')}`);
    await guest().expect(`udevadm trigger --action=offline ${device}`);
    await guest().waitFor(
      'journalctl --boot --unit=gandi-hotplug --output=cat | grep --quiet "/srv/asked: cannot detach it: it is used by sleep"',
    );
    await guest().waitFor(
      'systemctl is-failed --quiet gandi-hotplug.service && systemctl reset-failed gandi-hotplug.service',
    );
    await guest().expect('findmnt /srv/asked');

    await guest().expect(`systemctl stop holder; udevadm trigger --action=offline ${device}`);
    await guest().waitFor(`! test -e /srv/asked && ! test -e ${device}`);
    await untilIdle(guest());
    await disk.detach();
  });

  test('a partitioned disk is detached and let go of as a whole, and a used partition keeps all of it', async () => {
    const image = await makePartitionedImage(join(guest().folder, 'whole.img'), 'whole-one');
    const disk = await guest().attachDisk({ image, serial: 'whole' });
    await guest().waitForMount('/srv/whole-one');
    await guest().waitForMount('/srv/whole-part2');
    await untilIdle(guest());
    const device = await guest().expect(
      'lsblk --noheadings --output=PKNAME $(findmnt --noheadings --output=SOURCE /srv/whole-one)',
    );
    await guest().expect(`systemd-run --quiet --unit=part-holder ${sleepIn('/srv/whole-part2')}`);
    expect(await guest().run(`gandi-agent disk detach ${device}`)).toMatchObject({ exitCode: 4 });
    await guest().expect('findmnt /srv/whole-one && findmnt /srv/whole-part2 && systemctl stop part-holder');
    await guest().expect(`gandi-agent disk detach ${device}`);
    await guest().expect(`! test -e /srv/whole-one && ! test -e /srv/whole-part2 && ! test -e /dev/${device}`);
    await disk.detach();
  });

  test.each(['virtio', 'nvme'] as const)(
    'a %s disk that a line of the rules marks is mounted, grown and let go of',
    async (bus) => {
      const rule = 'SUBSYSTEM=="block", KERNEL=="vd*|nvme*", ENV{ID_SERIAL_SHORT}=="bus-*", ENV{GANDI_DATA_DISK}="1"\n';
      await guest().writeFile(
        '/etc/udev/rules.d/85-mine.rules',
        rule.replace('ID_SERIAL_SHORT', bus === 'virtio' ? 'ID_SERIAL' : 'ID_SERIAL_SHORT'),
      );
      await guest().expect('udevadm control --reload');
      const disk = await guest().attachDisk({ fileSystem: 'ext4', label: `on-${bus}`, serial: `bus-${bus}`, bus });
      await guest().waitForMount(`/srv/on-${bus}`);
      await untilIdle(guest());
      // QEMU resizes no NVMe disk that is plugged in.
      if (bus === 'virtio') await disk.resize(256);
      if (bus === 'virtio')
        await guest().waitFor('test "$(findmnt --bytes --noheadings --output=SIZE /srv/on-virtio)" -gt 200000000');
      await untilIdle(guest());
      await guest().expect(`gandi-agent disk detach on-${bus} && ! test -e /srv/on-${bus}`);
      await guest().waitFor(`! test -e /dev/disk/by-label/on-${bus}`);
      await guest().expect('rm /etc/udev/rules.d/85-mine.rules && udevadm control --reload');
    },
  );
});
