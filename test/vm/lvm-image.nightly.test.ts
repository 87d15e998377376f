import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished } from 'vitest';
import { buildImage } from '../../lab/build-image.ts';
import { suites } from '../../lab/debian.ts';
import { rootDisk } from '../../lab/qemu.ts';
import { test } from '../../lab/story.ts';

const minute = 60_000;

/** Boot loader, root file system and data in one volume group. */
const layout = `
- local_loop: {name: image0, size: 2GiB}
- partitioning:
    base: image0
    name: table
    label: mbr
    partitions: [{name: part, type: '8e', flags: [boot, primary], size: 100%}]
- lvm:
    name: lvm
    pvs: [{name: pv, base: part}]
    vgs: [{name: own-group, base: [pv]}]
    lvs: [{name: root, base: own-group, size: 1500MiB}, {name: data, base: own-group, size: 200MiB}]
- mkfs: {base: root, name: mkfs_root, type: ext4, mount: {mount_point: /, fstab: {fsck-passno: 1}}}
- mkfs: {base: data, name: mkfs_data, type: ext4, label: data, mount: {mount_point: /srv/data, fstab: {}}}
`;

test('an image with LVM, built without device-mapper, starts by its own boot loader', {
  timeout: 60 * minute,
}, async ({ boot, skip }) => {
  const { exitCode } = await execa('lvm', ['version', '--driverloaded', 'n'], { reject: false });
  if (exitCode !== 0) return skip('this machine has no lvm: it is in the package lvm2');
  const folder = await mkdtemp(join(tmpdir(), 'lvm-image-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await buildImage({
    words: ['--loop', '--output', join(folder, 'image'), '--types', 'raw', '-p', 'lvm2', 'vm', 'debian-minimal', 'lab'],
    variables: { DIB_RELEASE: suites[12], DIB_BLOCK_DEVICE_CONFIG: layout },
  });
  const guest = await boot({
    debian: 12,
    image: { disk: join(folder, 'image.raw') },
    memory: 768,
    platform: async (place) => rootDisk(place),
  });
  expect(await guest.waitForBoot(600)).toBe('running');
  for (const [path, volume] of [
    ['/', 'root'],
    ['/srv/data', 'data'],
  ])
    expect(await guest.expect(`findmnt --noheadings --output=SOURCE ${path}`)).toBe(`/dev/mapper/own--group-${volume}`);
  const fields = '--noheadings --options=lv_name,lv_size,lv_active --units=m --separator=,';
  expect((await guest.expect(`lvs ${fields} own-group`)).split('\n').map((line) => line.trim())).toEqual([
    'data,200.00m,active',
    'root,1500.00m,active',
  ]);
});
