import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { diskListSchema, type ListedDisk } from '../../src/agent/disk/describe-disk.ts';
import { makeDiskImage } from '../../lab/disk-image.ts';
import type { Guest, GuestDisk } from '../../lab/guest.ts';
import { runOnHost } from '../../lab/host-command.ts';
import { hotplugPorts } from '../../lab/qemu.ts';
import { test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';

// Many attachments, each of which takes its time.
const timeout = 20 * 60_000;

/** Disks that somebody else mounts, that are not whole, or that the kernel has misread. */
export function tellClaims(guest: () => Guest): void {
  const listed = async (serial: string): Promise<ListedDisk | undefined> => {
    const { disks } = diskListSchema.parse(JSON.parse(await guest().expect('gandi-agent disk list --json')));
    return disks.find((disk) => disk.serial === serial);
  };
  const attach = async (disk: Parameters<Guest['attachDisk']>[0]): Promise<GuestDisk> => {
    const attached = await guest().attachDisk(disk);
    await guest().waitFor(`test -e /dev/disk/by-id/*${disk.serial}`);
    await untilIdle(guest());
    return attached;
  };

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
    const disk = await attach({ fileSystem: 'ext4', label, serial, size: 16 });
    try {
      expect(await listed(serial)).toMatchObject({ state: 'left-alone', code });
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
    const source = await attach({ image, serial: 'source' });
    await guest().waitForMount('/srv/snap');
    await guest().expect('echo more >/srv/snap/more; sync');
    await copyFile(image, `${image}.snapshot`);
    await source.detach();
    await guest().waitFor('! test -e /srv/snap');
    await untilIdle(guest());
    expect(await runOnHost('dumpe2fs', ['-h', `${image}.snapshot`])).toMatch(/needs_recovery/);

    const snapshot = await attach({ image: `${image}.snapshot`, serial: 'snapshot', readOnly: true });
    expect(await guest().expect('findmnt --noheadings --output=OPTIONS /srv/snap')).toMatch(/^ro,.*norecovery/);
    expect(await guest().readFile('/srv/snap/note')).toBe('kept');
    await snapshot.detach();
    await guest().waitFor('! test -e /srv/snap');
  });

  test('a Btrfs of two devices waits for both; each is grown by its own number, also where none is number 1', {
    timeout,
  }, async () => {
    const serials = ['pool-a', 'pool-b', 'pool-c'] as const;
    const blank = [];
    for (const serial of serials) blank.push(await attach({ serial, size: 256 }));
    const [a, b, c] = serials.map((serial) => `$(readlink -f /dev/disk/by-id/*${serial})`);
    await guest().expect(`mkfs.btrfs --quiet --label pool --data single --metadata single ${a} ${b}`);
    // The number 1 goes, as after `btrfs replace`.
    await guest().expect(
      `mount ${a} /mnt && btrfs device add ${c} /mnt && btrfs device delete ${a} /mnt && umount /mnt`,
    );
    for (const disk of blank) await disk.detach();
    await untilIdle(guest());
    // The kernel remembers devices that are gone, and would take the first that comes back for complete.
    await guest().expect('btrfs device scan --forget');
    const [, second = '', third = ''] = blank.map(({ image }) => image);

    const first = await attach({ image: second, serial: 'pool-b' });
    expect(await listed('pool-b')).toMatchObject({ state: 'left-alone', code: 'not-ready' });
    const last = await attach({ image: third, serial: 'pool-c' });
    await guest().waitForMount('/srv/pool');
    await untilIdle(guest());
    const size = () => guest().expect('findmnt --bytes --noheadings --output=SIZE /srv/pool');
    expect(Number(await size())).toBe(512 * 2 ** 20);
    for (const [disk, mebibytes] of [
      [first, 768],
      [last, 1280],
    ] as const) {
      await disk.resize(disk === first ? 512 : 768);
      await guest().waitFor(
        `test "$(findmnt --bytes --noheadings --output=SIZE /srv/pool)" -eq ${mebibytes * 2 ** 20}`,
      );
    }
    await untilIdle(guest());
    for (const serial of ['pool-b', 'pool-c']) {
      expect(await listed(serial)).toMatchObject({ state: 'mounted', mountPoint: '/srv/pool' });
    }
    await guest().expect('gandi-agent disk detach pool');
    await untilIdle(guest());
    for (const disk of [first, last]) await disk.detach();
    await guest().waitFor('! test -e /srv/pool');
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
    expect(await listed('misread')).toMatchObject({ state: 'left-alone', code: 'no-capacity' });

    await runOnHost('cp', ['--no-target-directory', `${image}.full`, image]);
    await guest().qmp.execute('block_resize', { 'node-name': 'misread', size: 16 * 2 ** 20 });
    const name = await guest().expect('basename $(readlink -f /dev/disk/by-id/*misread)');
    expect(await guest().expect(`cat /sys/block/${name}/size`)).toBe('0');
    // A new attachment, as far as the agent is concerned.
    await guest().expect(`rm /run/gandi/disks/${name}@*.json && udevadm trigger --action=add /sys/block/${name}`);
    await guest().waitForMount('/srv/misread');
    expect(await guest().readFile('/srv/misread/note')).toBe('found');
    await untilIdle(guest());
    await guest().qmp.execute('device_del', { id: 'misread-device' });
    await guest().waitFor('! test -e /srv/misread');
    await untilIdle(guest());
  });
}
