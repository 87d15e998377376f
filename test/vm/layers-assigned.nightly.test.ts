import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeDiskImage } from '../../lab/disk-image.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { dataDisksOf } from './data-disks-of.ts';

// Many attachments under emulation.
const timeout = 25 * 60_000;
const size = 96;
const format =
  'cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file /root/key';
/** NAA 5, as a number that JSON of JavaScript writes as it is. */
const wwn = 5_764_824_098_994_520_000;
const wwid = `3${BigInt(String(wwn)).toString(16)}`;

/** What an admin says of file systems that lie on layers, and what a disk with several paths is. */
describe('what is built on data disks, and where it is assigned to', () => {
  const guest = sharedGuest({ debian: 12, system: 'layers' });
  const { attach, pull, deviceOf, layersLeft } = dataDisksOf(guest);
  const codeOf = async (device: string) =>
    JSON.parse(await guest().expect(`gandi-agent disk explain --json ${device}`)).disk.code;
  const assign = (name: string, lines: readonly string[]) =>
    guest().writeFile(`/etc/gandi/disks.d/${name}.conf`, `${lines.join('\n')}\n`);
  const flags = (lines: readonly string[]) => guest().expect(`printf '${lines.join('\\n')}\\n' >>/etc/default/gandi`);
  /** Makes a container, and in it what `inside` makes of /dev/mapper/new. */
  const seal = async (serial: string, inside: string, close = 'true') => {
    const disk = await attach(serial, { size });
    const device = await deviceOf(serial);
    await guest().expect(
      `${format} ${device} && cryptsetup open --key-file /root/key ${device} new && ${inside} && udevadm settle && ${close} && cryptsetup close new`,
    );
    await guest().expect(`install -m 600 /root/key /etc/gandi/keys/$(blkid -p -s UUID -o value ${device})`);
    await pull(disk);
    return disk.image;
  };

  test('READ_ONLY=yes on LVM in a container: not one byte of the disk changes, also when it is resized', {
    timeout,
  }, async () => {
    await guest().writeFile('/root/key', 'a-key-of-this-test');
    await guest().expect('install -d -m 700 /etc/gandi/keys /etc/gandi/disks.d');
    const image = await seal(
      'kept',
      'pvcreate -q /dev/mapper/new && vgcreate -q deep /dev/mapper/new && lvcreate -q -n top -l 100%FREE deep && mkfs.ext4 -q -L kept -U 6d8f0c7e-0b6c-4f6d-9c33-6f0c7be2a001 /dev/deep/top',
      'vgchange -q -an deep',
    );
    await flags(['CONFIG_LAYERS="luks lvm"', 'CONFIG_GROW_PARTITION=1']);
    await assign('kept', ['UUID=6d8f0c7e-0b6c-4f6d-9c33-6f0c7be2a001', 'PATH=/data/kept', 'READ_ONLY=yes']);
    const before = await digestOf(image, size);
    const disk = await attach('kept', { image });
    await guest().waitForMount('/data/kept');
    await disk.resize(2 * size);
    await guest().waitFor(`test $(blockdev --getsize64 ${await deviceOf('kept')}) = ${2 * size * 2 ** 20}`);
    await untilIdle(guest());
    expect(await guest().expect('journalctl --boot --output=cat --unit=gandi-hotplug')).toContain(
      'does not grow: it is mounted so that not one byte of it changes',
    );
    expect(await guest().run('touch /data/kept/x')).not.toMatchObject({ exitCode: 0 });
    await guest().expect('gandi-agent disk detach /data/kept');
    await pull(disk);
    expect(await layersLeft()).toBe('');
    expect(await digestOf(image, size)).toBe(before);
    expect((await stat(image)).size).toBe(2 * size * 2 ** 20);
  });

  test('SERIAL means what is in the container of the disk, which READ_ONLY=yes has opened only for reading', {
    timeout,
  }, async () => {
    const image = await seal('sealed', 'mkfs.ext4 -q -L sealed /dev/mapper/new');
    await assign('sealed', ['SERIAL=sealed', 'PATH=/data/sealed', 'READ_ONLY=yes']);
    const before = await digestOf(image, size);
    let disk = await attach('sealed', { image });
    await guest().waitForMount('/data/sealed');
    await untilIdle(guest());
    expect(await guest().expect('cryptsetup status /dev/mapper/luks-* | grep mode:')).toMatch(/readonly/);
    await guest().expect('gandi-agent disk detach /data/sealed');
    await pull(disk);
    expect(await digestOf(image, size)).toBe(before);

    await assign('sealed', ['SERIAL=sealed', 'PATH=/data/sealed']);
    disk = await attach('sealed', { image });
    await guest().waitForMount('/data/sealed');
    await untilIdle(guest());
    await guest().expect('touch /data/sealed/x');
    await guest().expect('gandi-agent disk detach /data/sealed');
    await pull(disk);
    expect(await layersLeft()).toBe('');
  });

  test('two file systems in containers that one assignment means: neither is mounted', { timeout }, async () => {
    const first = await seal('twin-1', 'mkfs.ext4 -q -L twin /dev/mapper/new');
    const second = await seal('twin-2', 'mkfs.ext4 -q -L twin /dev/mapper/new');
    await assign('twin', ['LABEL=twin', 'PATH=/data/twin']);
    const one = await attach('twin-1', { image: first });
    await guest().waitForMount('/data/twin');
    await guest().expect('gandi-agent disk detach /data/twin');
    await pull(one);
    // With both there before either is looked at.
    await guest().expect('systemctl stop gandi-hotplug.path gandi-hotplug.socket 2>/dev/null || true');
    const both = [
      await guest().attachDisk({ serial: 'twin-1', image: first }),
      await guest().attachDisk({ serial: 'twin-2', image: second }),
    ];
    await guest().waitFor('test $(ls /dev/disk/by-id/scsi-0gandi.ne*disk_twin-[12] | wc -l) = 2');
    await guest().expect(
      'for d in /dev/disk/by-id/scsi-0gandi.ne*disk_twin-[12]; do cryptsetup open --key-file /root/key $d $(basename $d); done; udevadm settle; systemctl daemon-reload',
    );
    await guest().expect('systemctl start gandi-hotplug.service');
    await untilIdle(guest());
    const codes = await Promise.all(
      ['twin-1', 'twin-2'].map(async (name) => codeOf(await guest().expect(`readlink -f /dev/mapper/*disk_${name}`))),
    );
    expect(codes).toEqual(['two-disks', 'two-disks']);
    expect(await guest().run('findmnt /data/twin')).toMatchObject({ exitCode: 1 });
    await guest().expect(
      'systemctl start gandi-hotplug.path gandi-hotplug.socket 2>/dev/null || true; dmsetup remove_all',
    );
    await pull(...both);
  });

  test('a disk of two paths is mounted by its multipath device, and neither path by itself', { timeout }, async () => {
    await guest().expect(
      `printf 'defaults {\\n find_multipaths no\\n}\\nblacklist {\\n wwid ".*"\\n}\\nblacklist_exceptions {\\n wwid "${wwid}"\\n}\\n' >/etc/multipath.conf`,
    );
    await guest().expect(
      'sed -i \'s|^CONFIG_LAYERS="luks lvm"|CONFIG_LAYERS="multipath"|\' /etc/default/gandi; systemctl restart multipathd',
    );
    const image = join(guest().folder, 'paths.img');
    await makeDiskImage(image, { fileSystem: 'ext4', label: 'paths', files: { note: 'by two ways' } });
    const file = { driver: 'file', filename: image, locking: 'off' };
    await guest().qmp.execute('blockdev-add', { driver: 'raw', 'node-name': 'paths', file });
    const path = {
      driver: 'scsi-hd',
      bus: 'scsi.0',
      vendor: 'gandi.ne',
      product: 'disk',
      serial: 'paths',
      wwn,
    };
    for (const id of ['path-a', 'path-b']) {
      await guest().qmp.execute('device_add', { ...path, id, drive: 'paths', 'share-rw': true });
    }
    await guest().waitForMount('/srv/paths', 120);
    await untilIdle(guest());
    const source = await guest().expect('findmnt --noheadings --output=SOURCE /srv/paths');
    expect(source).toMatch(/^\/dev\/(?:mapper\/|dm-)/);
    const paths = (await guest().expect(`ls /sys/block/$(basename $(readlink -f ${source}))/slaves`)).split('\n');
    expect(paths).toHaveLength(2);
    expect(await Promise.all(paths.map((name) => codeOf(`/dev/${name}`)))).toEqual(['path-of-disk', 'path-of-disk']);
    expect(await guest().readFile('/srv/paths/note')).toBe('by two ways');

    // One way is cut: the file system stays.
    const gone = guest().qmp.nextEvent('DEVICE_DELETED', { seconds: 240, where: ({ device }) => device === 'path-a' });
    await Promise.all([gone, guest().qmp.execute('device_del', { id: 'path-a' })]);
    await untilIdle(guest());
    await guest().expect('echo still >/srv/paths/more && sync && grep -q still /srv/paths/more');
    await guest().expect('gandi-agent disk detach paths');
    expect(await layersLeft()).toBe('');
    expect(await guest().run('test -e /srv/paths')).toMatchObject({ exitCode: 1 });
  });
});

/** Of the first so many MiB of an image. */
async function digestOf(image: string, mebibytes: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(image, { end: mebibytes * 2 ** 20 - 1 })) hash.update(chunk);
  return hash.digest('hex');
}
