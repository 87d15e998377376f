import { expect, test } from 'vitest';
import {
  bootDisk,
  isMountedFrom,
  mountedDevice,
  observeMounts,
  observeSwaps,
  parseMountinfo,
  parseSwaps,
} from '../../../../src/core/block-device/mounts.ts';
import { disk, mountOf, partitionOf, withPartitions } from '../../agent/disk/swap-disk-example.ts';
import { fakeMachine } from '../../agent/facts/fake-machine.ts';

test('a line of mountinfo, with every field', () => {
  const line = '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n';
  expect(parseMountinfo(line)).toEqual([
    {
      id: 36,
      majorMinor: '98:0',
      root: '/mnt1',
      mountPoint: '/mnt2',
      options: ['rw', 'noatime'],
      fileSystem: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    },
  ]);
});

test('L9: octal escapes, and a hyphen in a name is not a separator', () => {
  const line = '40 35 8:16 / /srv/a\\040-\\040b\\134\\012 rw - ext4 /dev/my\\040disk rw';
  expect(parseMountinfo(line)[0]).toMatchObject({ mountPoint: '/srv/a - b\\\n', source: '/dev/my disk' });
});

test('optional fields may be missing, as may the last one', () => {
  expect(parseMountinfo('1 0 0:2 / / rw - rootfs none ')[0]).toMatchObject({ fileSystem: 'rootfs', superOptions: [] });
});

test.each(['nonsense', '36 35 98:0 /mnt1', '36 35 98:0 / /a rw ext3 /dev/root rw'])(
  'no answer is guessed from: %s',
  (line) => {
    expect(() => parseMountinfo(line)).toThrow(expect.objectContaining({ code: 'mounts.unreadable' }));
  },
);

test('a table that is looked at again says what it says now, line by line', () => {
  const line = (number: number, options: string) =>
    `${number} 1 8:${number} / /srv/${number} ${options} - ext4 /dev/sd rw\n`;
  const before = parseMountinfo(line(16, 'rw') + line(32, 'rw'));
  expect(parseMountinfo(line(48, 'rw') + line(16, 'rw') + line(32, 'ro'))).toEqual([
    { ...before[0], id: 48, majorMinor: '8:48', mountPoint: '/srv/48' },
    before[0],
    { ...before[1], options: ['ro'] },
  ]);
  expect(parseMountinfo('')).toEqual([]);
  expect(parseMountinfo(line(16, 'rw'))).toEqual([before[0]]);
});

test('no mountinfo at all is an error, and not "nothing is mounted"', async () => {
  await expect(observeMounts(await fakeMachine({}))).rejects.toMatchObject({ code: 'mounts.unreadable' });
});

test('swaps: partitions and files, escapes, tabs', async () => {
  const text =
    'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/vdb                                partition\t524284\t\t0\t\t-2\n/my\\040swap file\t1024\t0\t-3\n';
  const swaps = await observeSwaps(await fakeMachine({ '/proc/swaps': text }));
  expect(swaps).toEqual([
    { path: '/dev/vdb', type: 'partition', sizeBytes: 524284 * 1024 },
    { path: '/my swap', type: 'file', sizeBytes: 1024 * 1024 },
  ]);
  expect(() => parseSwaps('Filename\nnonsense')).toThrow();
});

const vda = disk('vda');
const root = partitionOf(vda, 1, null);

test('the boot disk: of a partition, by its number', () => {
  expect(bootDisk(withPartitions(vda, [root]), [mountOf(root.majorMinor, '/')])?.name).toBe('vda');
});

test('the boot disk: Btrfs shows an anonymous number, so by its source', () => {
  expect(
    bootDisk(withPartitions(vda, [root]), [{ ...mountOf('0:30', '/', '/dev/vda1'), fileSystem: 'btrfs' }])?.name,
  ).toBe('vda');
});

test('the boot disk: through LVM on LUKS', () => {
  const held = { ...root, holders: ['dm-0'] };
  const luks = disk('dm-0', { majorMinor: '253:0', holders: ['dm-1'], bus: 'other' });
  const lvm = disk('dm-1', { majorMinor: '253:1', bus: 'other' });
  const devices = [...withPartitions(vda, [held]), luks, lvm];
  expect(bootDisk(devices, [mountOf('253:1', '/')])?.name).toBe('vda');
});

test('the boot disk: none where / is spread over two, or on none, or not mounted', () => {
  const first = { ...vda, holders: ['md0'] };
  const devices = [first, disk('vdb', { holders: ['md0'] }), disk('md0', { majorMinor: '9:0', bus: 'other' })];
  expect(bootDisk(devices, [mountOf('9:0', '/')])).toBeUndefined();
  expect(bootDisk(devices, [mountOf('0:50', '/', 'server:/export')])).toBeUndefined();
  expect(bootDisk(devices, [])).toBeUndefined();
});

test('the boot disk: of two mounts on / the later is on top', () => {
  const vdb = disk('vdb');
  expect(bootDisk([vda, vdb], [mountOf(vda.majorMinor, '/'), mountOf(vdb.majorMinor, '/')])?.name).toBe('vdb');
});

test.each(['fuse.x', 'tmpfs'])('a source of %s is the text of who mounted it, and names no device', (fileSystem) => {
  const mount = { ...mountOf('0:30', '/home/u/m', '/dev/vda1'), fileSystem };
  expect(isMountedFrom(mount, root)).toBe(false);
  expect(mountedDevice(withPartitions(vda, [root]), mount)).toBeUndefined();
});

test('a source is believed of what root mounted by FUSE, as by fuse2fs', () => {
  const mount = { ...mountOf('0:30', '/mnt', '/dev/vda1'), fileSystem: 'fuse.fuse2fs' };
  expect(isMountedFrom({ ...mount, superOptions: ['rw', 'user_id=0', 'group_id=0'] }, root)).toBe(true);
  expect(isMountedFrom({ ...mount, superOptions: ['rw', 'user_id=1000', 'group_id=0'] }, root)).toBe(false);
});
