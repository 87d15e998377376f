import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeFileSystemImage, makePartitionedImage } from '../../lab/file-system-image.ts';
import type { AttachedDisk, GuestDisk } from '../../lab/guest.ts';
import { makeSignatureImage } from '../../lab/signature-image.ts';
import { sharedGuest, test } from '../../lab/story.ts';
import { untilIdle } from '../../lab/until-idle.ts';
import { expectGolden } from '../unit/expect-golden.ts';
import { webServer } from './payloads.ts';

/** What differs from run to run; the golden files are as one run printed it. */
function withoutChance(text: string): string {
  return text
    .replace(/\d\d:\d\d:\d\d/g, 'TIME')
    .replace(/\b\d+(\.\d+)? (ms|s|min)(?=\s|$)/gm, 'DURATION')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID')
    .replace(/\bfe80::\S+|\b2001:db8:\S+|\bfec0::\S+/g, 'ADDRESS')
    .replace(/\d+(\.\d+)? [KM]iB of/g, 'SIZE of')
    .replace(/ +/g, ' ')
    .replace(/(?:^TIME.* \/dev\/sdg\d\n(?: .*\n)*)+/gm, inOrder);
}

/** Partitions of one disk are worked on at the same time. */
function inOrder(entries: string): string {
  return (entries.match(/^TIME.*\n(?: .*\n)*/gm) ?? []).sort().join('');
}

const pages = {
  status: 'gandi-agent status',
  'disk-list': 'gandi-agent disk list',
  'disk-explain': 'for disk in /dev/vda /dev/sd? /dev/sdg1 /dev/vdc; do gandi-agent disk explain $disk; echo; done',
  doctor: 'gandi-agent doctor',
  timeline: 'gandi-agent timeline',
} as const;

describe('a machine with twelve different disks', () => {
  const guest = sharedGuest({ debian: 12, payload: { config: webServer } });
  const image = (name: string) => join(guest().folder, `${name}.img`);

  /** Attached one after the other, so that each has the same kernel name in every run. */
  async function attach(disk: AttachedDisk): Promise<GuestDisk> {
    const attached = await guest().attachDisk(disk);
    await guest().waitFor(`ls /dev/disk/by-id/*${disk.serial}`);
    await untilIdle(guest());
    return attached;
  }

  test('each of them is handled', { timeout: 20 * 60_000 }, async () => {
    await guest().expect('sed --in-place "1i CONFIG_ALOW_MOUNT=1" /etc/default/gandi');
    await guest().expect('echo "LABEL=kept /mnt ext4 noauto 0 0" >>/etc/fstab');
    await guest().expect('mkdir /srv/part && touch /srv/part/in-the-way');
    const data = await attach({ fileSystem: 'ext4', label: 'data', serial: 'disk-42', files: { note: 'kept\n' } });
    await attach({ image: await makeFileSystemImage('xfs', image('backup'), 'backup'), serial: 'vol-4711' });
    await guest().expect('umount /srv/backup');
    await attach({ serial: 'blank-1' });
    await attach({ image: await makeSignatureImage('crypto_LUKS', image('luks')), serial: 'luks' });
    await attach({ image: await makeSignatureImage('LVM2_member', image('lvm')), serial: 'pv' });
    await copyFile(data.image, image('clone'));
    await attach({ image: image('clone'), serial: 'clone' });
    await attach({ image: await makePartitionedImage(image('parted'), 'part'), serial: 'parted' });
    await attach({ fileSystem: 'ext4', label: 'kept', serial: 'fstab-1' });
    await attach({ fileSystem: 'ext4', label: 'data', serial: 'disk-43' });
    await attach({ fileSystem: 'ext4', label: 'volume', bus: 'virtio', serial: '0b6dbbcd-1d3e-4f0a-9' });
    await attach({ fileSystem: 'ext4', label: 'volume', vendor: 'HC', product: 'Volume', serial: '12345' });
    await attach({ fileSystem: 'ext4', label: 'my disk/é', serial: 'new' });
    const pulled = await attach({ fileSystem: 'ext4', label: 'old', serial: 'old' });
    await guest().waitForMount('/srv/old');
    await pulled.detach();
    await guest().waitFor('! test -e /srv/old');
    await untilIdle(guest());
  });

  describe.each([60, 120])('on a screen of %s columns', (width) => {
    test.each(Object.entries(pages))('%s', async (name, command) => {
      const { stdout } = await guest().run(
        `NO_COLOR=1 script --quiet --command 'stty cols ${width} rows 60; ${command}' /dev/null | tr --delete '\\r'`,
        120,
      );
      expect(stdout.split('\n').filter((line) => [...line].length > width)).toEqual([]);
      expectGolden(`test/golden/guest-pages/${name}-${width}.txt`, stdout, withoutChance);
    });
  });
});
