import { expect, test } from 'vitest';
import { growFileSystem } from '../../../../src/agent/disk/grow-file-system.ts';
import type { GrowthTool } from '../../../../src/agent/disk/file-systems.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { fakeMachine, sysfsDevice, type Tree } from '../facts/fake-machine.ts';

const grow = {
  kind: 'grow-file-system',
  device: '/dev/sdb1',
  majorMinor: '8:17',
  disk: '/dev/sdb',
  diskSequence: 7,
  mountPoint: '/srv/data',
} as const;

/** A machine where sdb1 is mounted, and what it was made to run. */
async function machineWith(mountinfo = '36 1 8:17 / /srv/data rw - ext4 /dev/sdb1 rw\n', more: Tree = {}) {
  const machine = await fakeMachine({
    ...sysfsDevice('/sys/class/block/sdb', { diskseq: '7' }),
    '/proc/self/mountinfo': mountinfo,
    ...more,
  });
  const ran: (readonly string[])[] = [];
  const run: System['processes']['run'] = async (tool, args) => {
    ran.push([tool, ...args]);
    return { exitCode: 0, stdout: args.includes('show') ? 'devid 1 size 1 used 1 path /dev/sdb1\n' : '', stderr: '' };
  };
  return { ran, system: { ...machine, processes: { ...machine.processes, run } } };
}

test.each<[GrowthTool, readonly string[]]>([
  ['resize2fs', ['resize2fs', '/dev/sdb1']],
  ['xfs_growfs', ['xfs_growfs', '-d', '/srv/data']],
  ['btrfs', ['btrfs', 'filesystem', 'resize', '1:max', '/srv/data']],
])('%s fills the device', async (growth, command) => {
  const { system, ran } = await machineWith();
  await growFileSystem({ ...grow, growth }, system);
  expect(ran.at(-1)).toEqual(command);
});

test('a Btrfs on LUKS or LVM knows its device by the name that people know', async () => {
  const { system, ran } = await machineWith('36 1 253:0 / /srv/data rw - ext4 /dev/mapper/vg-data rw\n', {
    ...sysfsDevice('/sys/class/block/dm-0', { diskseq: '7', 'dm/name': 'vg-data' }),
  });
  const run: System['processes']['run'] = async (tool, args) => {
    ran.push([tool, ...args]);
    return { exitCode: 0, stdout: 'devid 3 size 1 used 1 path /dev/mapper/vg-data\n', stderr: '' };
  };
  const volume = { ...grow, device: '/dev/dm-0', majorMinor: '253:0', disk: '/dev/dm-0' };
  await growFileSystem({ ...volume, growth: 'btrfs' }, { ...system, processes: { ...system.processes, run } });
  expect(ran.at(-1)).toEqual(['btrfs', 'filesystem', 'resize', '3:max', '/srv/data']);
});

test.each<GrowthTool>(['resize2fs', 'xfs_growfs', 'btrfs'])(
  'a disk that has the name of the planned one by now is left alone: %s',
  async (growth) => {
    const { system, ran } = await machineWith();
    await expect(growFileSystem({ ...grow, diskSequence: 6, growth }, system)).rejects.toMatchObject({
      code: 'disk.replaced',
      subject: '/dev/sdb1',
    });
    expect(ran.filter((command) => !command.includes('show'))).toEqual([]);
  },
);

test('what is not mounted any more is left alone', async () => {
  const { system, ran } = await machineWith('36 1 8:17 / /mnt rw - ext4 /dev/sdb1 rw\n');
  await expect(growFileSystem({ ...grow, growth: 'resize2fs' }, system)).rejects.toMatchObject({
    code: 'growth.not-mounted',
  });
  expect(ran).toEqual([]);
});

test('where autofs mounts it, the tool keeps its folder open', async () => {
  const { system, ran } = await machineWith(
    '35 1 0:40 / /srv rw - autofs auto rw\n36 1 8:17 / /srv/data rw - ext4 /dev/sdb1 rw\n',
  );
  await growFileSystem({ ...grow, growth: 'resize2fs' }, system);
  expect(ran).toEqual([['env', '--chdir=/srv/data', 'resize2fs', '/dev/sdb1']]);
});
