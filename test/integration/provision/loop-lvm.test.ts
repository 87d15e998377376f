import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';

const minute = 60_000;

const layout = (volumes: string, pvs = '[{name: pv, base: part}]', group = '[pv]') => `
- local_loop: {name: image0, size: 200MiB}
- partitioning:
    base: image0
    name: table
    label: mbr
    partitions:
      - {name: part, type: '8e', flags: [primary], size: 100MiB}
      - {name: other, type: '8e', flags: [primary], size: 50MiB}
- lvm: {name: lvm, pvs: ${pvs}, vgs: [{name: own_group, base: ${group}}], lvs: ${volumes}}
- mkfs: {base: root, name: root_fs, type: ext4, label: root, opts: '-J size=4', mount: {mount_point: /, fstab: {}}}
- mkfs: {base: data, name: data_fs, type: ext4, label: data, opts: '-J size=4', mount: {mount_point: /srv/data, fstab: {}}}
`;

const two = '[{name: root, base: own_group, size: 60MiB}, {name: data, base: own_group, extents: 100%FREE}]';

const words = ['image', 'build', '-n', '--loop', '-t', 'raw', 'tiny-os', 'own'];

describe('a build with --loop of a disk with LVM', { timeout: 2 * minute }, () => {
  let workshop: Workshop;
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('loop devices are for root');
    const loops = await execa('losetup', ['--find'], { reject: false });
    if (loops.exitCode !== 0) context.skip('this machine has no loop devices');
    const lvm = await execa('lvm', ['version', '--driverloaded', 'n'], { reject: false });
    if (lvm.exitCode !== 0) context.skip('this machine has no lvm: it is in the package lvm2');
    workshop = await openWorkshop();
    await workshop.element('own/pre-finalise.d/60-host', hostHook);
  });
  afterEach(() => workshop?.remove());

  test('has the volumes that are described, with their part of the tree, and hooks find them mounted', async () => {
    const { status, lines } = await build(two);
    expect(status, lines.slice(-10).join('\n')).toBe(0);
    expect(lines.filter((line) => line.startsWith('@@ '))).toEqual(['@@ / /dev/loop', '@@ /srv/data /dev/loop']);
    const image = join(workshop.out, 'image.raw');
    const volumes = await volumesIn(image);
    expect(volumes).toEqual([
      { group: 'own_group', name: 'root', offset: expect.any(Number), bytes: 60 * 1024 ** 2 },
      { group: 'own_group', name: 'data', offset: expect.any(Number), bytes: 36 * 1024 ** 2 },
    ]);
    const [root, data] = volumes;
    for (const volume of volumes) await execa('e2fsck', ['-fn', `${image}?offset=${volume.offset}`]);
    expect(await read(image, root?.offset, '/etc/fstab')).toBe(
      'LABEL=root / ext4 defaults 0 2\nLABEL=data /srv/data ext4 defaults 0 2',
    );
    expect(await read(image, data?.offset, '/from-hook')).toBe('written in pre-finalise.d');
    await nothingIsLeft();
  });

  test('has a group of two physical volumes', async () => {
    const pvs = '[{name: pv, base: part}, {name: pv2, base: other}]';
    const volumes = '[{name: root, base: own_group, size: 60MiB}, {name: data, base: own_group, size: 40MiB}]';
    const { status, lines } = await build(volumes, pvs, '[pv, pv2]');
    expect(status, lines.slice(-10).join('\n')).toBe(0);
    await nothingIsLeft();
  });

  test('is refused where a volume would lie in pieces', async () => {
    const pvs = '[{name: pv, base: part}, {name: pv2, base: other}]';
    const { status, lines } = await build(two, pvs, '[pv, pv2]');
    expect(status).not.toBe(0);
    expect(lines.join('\n')).toMatch(/data: it does not lie on its disk in one piece \(2 pieces, linear\)/);
    await nothingIsLeft();
  });

  test('fails with what lvm says of a volume that does not fit', async () => {
    const { status, lines } = await build(two.replace('60MiB', '600MiB'));
    expect(status).not.toBe(0);
    expect(lines.join('\n')).toMatch(/own_group.*insufficient free space/);
    await nothingIsLeft();
  });

  test('is refused without --loop before any hook runs', async () => {
    const { status, lines } = await build(
      two,
      undefined,
      undefined,
      words.filter((word) => word !== '--loop'),
    );
    expect(status).toBe(3);
    expect(lines.join('\n')).toMatch(/lvm: LVM writes to a device, .*build as root with --loop/s);
  });

  async function build(volumes: string, pvs?: string, group?: string, args: readonly string[] = words) {
    const environment = { DIB_BLOCK_DEVICE_CONFIG: layout(volumes, pvs, group) };
    return workshop.start(args, { environment }).ended;
  }

  /** LVM of this host saw no group, and no device of a file of the workshop is there. */
  async function nothingIsLeft(): Promise<void> {
    expect(await workshop.leftovers()).toEqual([]);
    const { stdout } = await execa('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE']);
    expect(stdout).not.toContain(workshop.folder);
    for (const kept of ['backup', 'archive']) expect(existsSync(`/etc/lvm/${kept}/own_group`)).toBe(false);
  }
});

const hostHook = `#!/bin/sh
set -eu
for point in / /srv/data; do
  echo "@@ $point $(findmnt -n -o SOURCE --mountpoint "$(realpath "$TMP_MOUNT_PATH$point")" | tr -d 0-9)"
done
echo written in pre-finalise.d >"$TMP_MOUNT_PATH/srv/data/from-hook"
`;

interface Volume {
  readonly group: string;
  readonly name: string;
  /** Bytes from the beginning of the image. */
  readonly offset: number;
  readonly bytes: number;
}

/** Read by lvm itself, from the image alone. */
async function volumesIn(image: string): Promise<Volume[]> {
  const start = 1024 ** 2;
  const { stdout: device } = await execa('losetup', ['--find', '--show', '--read-only', '--offset', `${start}`, image]);
  try {
    const settings = `devices{use_devicesfile=0 filter=["a|^${device}$|","r|.*|"]}`;
    const fields = 'vg_name,lv_name,pe_start,vg_extent_size,pvseg_start,pvseg_size';
    const { stdout } = await execa('lvm', [
      ...['pvs', '--driverloaded', 'n', '--config', settings, '--segments', '--units', 'b', '--nosuffix'],
      ...['--noheadings', '--separator', ' ', '--select', 'lv_name!=""', '--options', fields],
    ]);
    return stdout.split('\n').flatMap((line) => {
      const [group = '', name = '', ...numbers] = line.trim().split(' ');
      const [first = 0, extent = 0, begin = 0, count = 0] = numbers.map(Number);
      return name === '' ? [] : [{ group, name, offset: start + first + begin * extent, bytes: count * extent }];
    });
  } finally {
    await execa('losetup', ['--detach', device]);
  }
}

async function read(image: string, offset: number | undefined, path: string): Promise<string> {
  return (await execa('debugfs', ['-R', `cat ${path}`, `${image}?offset=${offset}`])).stdout;
}
