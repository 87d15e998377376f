import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from '../../lab/disk-image.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { hotplugPorts } from '../../lab/qemu.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { attachSettled, listedDisk } from './settled-disk.ts';

// Many attachments, each of which takes its time.
const timeout = 20 * 60_000;

/** Disks that somebody else mounts, or that the kernel has misread. */
describe('the disk manager, and what others have a claim to', () => {
  const guest = sharedGuest({ debian: 12 });

  test.each([
    [
      'fstab, the label with a blank in octal',
      'my data',
      'fstab',
      'echo "LABEL=my\\\\040data /mnt ext4 noauto 0 0" >>/etc/fstab',
    ],
    ['fstab, in single quotes', 'quoted', 'fstab', `echo "LABEL='quoted' /mnt ext4 noauto 0 0" >>/etc/fstab`],
    [
      'fstab, by its id',
      'ided',
      'fstab',
      'echo "ID=scsi-0gandi.nedisk_claimed-ided /mnt ext4 noauto 0 0" >>/etc/fstab',
    ],
    [
      'a mount unit that nothing has started',
      'unit',
      'mount-unit',
      "printf '[Mount]\\nWhat=LABEL=unit\\nWhere=/mnt\\n' >/etc/systemd/system/mnt.mount; systemctl daemon-reload",
    ],
  ])('a disk that the admin mounts is left to the admin: %s', { timeout }, async (_, label, code, claim) => {
    await guest().expect(`cp /etc/fstab /root/fstab; ${claim}`);
    const serial = `claimed-${label.replace(' ', '-')}`;
    const disk = await attachSettled(guest(), { fileSystem: 'ext4', label, serial, size: 16 });
    try {
      expect(await listedDisk(guest(), serial)).toMatchObject({ state: 'left-alone', code });
      await guest().expect('mount /mnt 2>/dev/null || systemctl start mnt.mount');
      const target = `findmnt --noheadings --output=TARGET $(readlink -f /dev/disk/by-id/*${serial})`;
      expect(await guest().expect(target)).toBe('/mnt');
    } finally {
      await guest().run('umount /mnt; cp /root/fstab /etc/fstab; rm -f /etc/systemd/system/mnt.mount');
      await guest().expect('systemctl daemon-reload');
      await disk.detach();
      await untilIdle(guest());
    }
  });

  test('a snapshot of a volume in use that is read-only is mounted, its journal not replayed', {
    timeout,
  }, async () => {
    const image = join(guest().folder, 'dirty.img');
    await makeDiskImage(image, { fileSystem: 'ext4', label: 'snap', files: { note: 'kept' }, size: 64 });
    // What a file system has that was not unmounted: its journal is to be replayed.
    const source = await attachSettled(guest(), { image, serial: 'source' });
    await guest().waitForMount('/srv/snap');
    await guest().expect('echo more >/srv/snap/more; sync');
    await copyFile(image, `${image}.snapshot`);
    await source.detach();
    await guest().waitFor('! test -e /srv/snap');
    await untilIdle(guest());
    expect(await runOnHost('dumpe2fs', ['-h', `${image}.snapshot`])).toMatch(/needs_recovery/);

    const snapshot = await attachSettled(guest(), { image: `${image}.snapshot`, serial: 'snapshot', readOnly: true });
    expect(await guest().expect('findmnt --noheadings --output=OPTIONS /srv/snap')).toMatch(/^ro,.*norecovery/);
    expect(await guest().readFile('/srv/snap/note')).toBe('kept');
    await snapshot.detach();
    await guest().waitFor('! test -e /srv/snap');
  });

  test('a disk whose capacity the kernel has read as 0 is asked once more, and named if it stays so', {
    timeout,
  }, async () => {
    // A controller that tells the guest of no resize: what the kernel read first is what it knows.
    const controller = { driver: 'virtio-scsi-pci', id: 'deaf', bus: hotplugPorts[3], param_change: false };
    await guest().qmp.execute('device_add', controller);
    const image = join(guest().folder, 'empty.img');
    await makeDiskImage(image, { fileSystem: 'ext4', label: 'misread', files: { note: 'found' }, size: 16 });
    await runOnHost('cp', [image, `${image}.full`]);
    await writeFile(image, '');
    const file = { driver: 'file', filename: image };
    await guest().qmp.execute('blockdev-add', { driver: 'raw', 'node-name': 'misread', file });
    const plug = { driver: 'scsi-hd', bus: 'deaf.0', vendor: 'gandi.ne', product: 'disk', drive: 'misread' };
    await guest().qmp.execute('device_add', { ...plug, id: 'misread-device', serial: 'misread' });
    await guest().waitFor('journalctl --boot --unit=gandi-hotplug --output=cat | grep --quiet disk.no-capacity');
    await guest().waitFor(
      'systemctl is-failed --quiet gandi-hotplug.service && systemctl reset-failed gandi-hotplug.service',
    );
    expect(await listedDisk(guest(), 'misread')).toMatchObject({ state: 'left-alone', code: 'no-capacity' });

    await runOnHost('cp', ['--no-target-directory', `${image}.full`, image]);
    await guest().qmp.execute('block_resize', { 'node-name': 'misread', size: 16 * 2 ** 20 });
    const name = await guest().expect('basename $(readlink -f /dev/disk/by-id/*misread)');
    expect(await guest().expect(`cat /sys/block/${name}/size`)).toBe('0');
    const attach = `gandi-agent disk attach /dev/${name}`;
    expect(await guest().expect(attach, 120)).toContain('mounted at /srv/misread');
    await guest().waitForMount('/srv/misread');
    expect(await guest().readFile('/srv/misread/note')).toBe('found');
    await untilIdle(guest());
    await guest().qmp.execute('device_del', { id: 'misread-device' });
    await guest().waitFor('! test -e /srv/misread');
    await untilIdle(guest());
  });
});
