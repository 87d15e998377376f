import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { growFileSystem } from '../../../../src/agent/disk/grow-file-system.ts';
import { growPartition, keptTablePath } from '../../../../src/agent/disk/grow-partition.ts';
import { decideRootGrowth } from '../../../../src/agent/disk/root-growth.ts';
import { observePartitionTable } from '../../../../src/core/block-device/partition-table.ts';
import { observeRootDisk } from '../../../../src/agent/disk/root-disk.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { growRootPartition, machineOnPartition } from './root-on-partition.ts';
import { attachLoopDisk, machineWith, readAt, requirePrograms, writeAt } from '../action/loop-disk.ts';

const programs = {
  sgdisk: 'gdisk',
  sfdisk: 'fdisk',
  partx: 'util-linux',
  'mkfs.xfs': 'xfsprogs',
  'mkfs.btrfs': 'btrfs-progs',
};
const nullGuid = '00000000-0000-0000-0000-000000000000';

beforeEach((context) => requirePrograms(context, programs));

interface GrownDisk {
  readonly path: string;
  readonly name: string;
  readonly partition: string;
  /** A machine whose `/` is on the last partition. */
  readonly system: System;
}

/** A disk that was partitioned at 64 MiB and then made larger by the platform; partition 3 holds `/`. */
function grownDisk(partitionIt: (device: string) => void, number = 3, sizeMebibytes = 512): GrownDisk {
  const disk = attachLoopDisk(partitionIt);
  truncateSync(disk.image, sizeMebibytes * 1024 ** 2);
  execFileSync('losetup', ['--set-capacity', disk.path]);
  spawnSync('partx', ['--delete', disk.path]);
  execFileSync('partx', ['--add', disk.path]);
  onTestFinished(() => void spawnSync('partx', ['--delete', disk.path]));
  const partition = `${disk.path}p${number}`;
  // In use, as the partition of a running system is: the kernel resizes it then, and does not make it again.
  const inUse = openSync(partition, 'r');
  onTestFinished(() => closeSync(inUse));
  return { path: disk.path, name: disk.name, partition, system: machineOnPartition(partition) };
}

function gpt(device: string): void {
  const first = [
    '--set-alignment=1',
    '--new=1:34:2047',
    '--typecode=1:ef02',
    '--new=2:2048:+10M',
    '--change-name=2:boot "x" é',
  ];
  const root = ['--new=3:22530:+20M', '--change-name=3:gandiroot', '--attributes=3:set:2', '--attributes=3:set:62'];
  execFileSync('sgdisk', [...first, ...root, device], { stdio: 'pipe' });
}

function mbr(device: string): void {
  const script = 'label: dos\n2048,20480,83,*\n22528,20480,82\n43008,20480,83\n';
  execFileSync('sfdisk', [device], { input: script, stdio: ['pipe', 'pipe', 'pipe'] });
}

const grow = ({ system }: GrownDisk) => growRootPartition(system);

const kernelSize = (partition: string) => Number(readFileSync(`/sys/class/block/${basename(partition)}/size`, 'utf8'));
const tableOf = (disk: GrownDisk) => observePartitionTable(disk.system, disk.path);

describe.each([
  ['GPT', gpt],
  ['MBR', mbr],
])('%s', (_, partitionIt) => {
  test('the partition is enlarged to the end, and all else is what it was', async () => {
    const disk = grownDisk(partitionIt);
    const before = await tableOf(disk);
    await grow(disk);
    const after = await tableOf(disk);
    const size = after.entries[2]?.size ?? 0;
    expect(size).toBeGreaterThan((480 * 1024 ** 2) / 512);
    expect({ ...after, entries: after.entries.toSpliced(2, 1) }).toEqual({
      ...before,
      entries: before.entries.toSpliced(2, 1),
    });
    expect(after.entries[2]).toEqual({ ...before.entries[2], size });
    expect(kernelSize(disk.partition)).toBe(size);
    expect(decideRootGrowth(await observeRootDisk(disk.system))).toMatchObject({ code: 'filled' });
  });

  test('what is on the partitions is untouched, also while it is mounted', async () => {
    const disk = grownDisk(partitionIt);
    execFileSync('mkfs.ext4', ['-q', disk.partition]);
    const folder = mount(disk.partition);
    writeAt(`${disk.path}p2`, 4096, 'of somebody else');
    await grow(disk);
    expect(readAt(`${disk.path}p2`, 4096, 16).toString()).toBe('of somebody else');
    expect(spawnSync('mountpoint', [folder]).status).toBe(0);
    execFileSync('umount', [folder]);
    expect(execFileSync('e2fsck', ['-fn', disk.partition], { encoding: 'utf8', stdio: 'pipe' })).toContain('files');
  });

  test('a second time refuses, and changes nothing', async () => {
    const disk = grownDisk(partitionIt);
    const facts = await observeRootDisk(disk.system);
    await grow(disk);
    const after = await tableOf(disk);
    const diskSequence = facts.disk?.diskSequence ?? null;
    const change = { partition: 3, enlarge: true, renewDiskId: false, renewEntryIds: [] };
    const again = growPartition(
      { kind: 'grow-partition', mountPoint: '/', disk: disk.name, diskSequence, ...change },
      disk.system,
    );
    await expect(again).rejects.toMatchObject({ code: 'root-disk.filled', exitCode: 4 });
    expect(await tableOf(disk)).toEqual(after);
  });
});

test('the GPT is sound afterwards, by the word of another tool', async () => {
  const disk = grownDisk(gpt);
  await grow(disk);
  expect(execFileSync('sgdisk', ['--verify', disk.path], { encoding: 'utf8' })).toContain('No problems found');
});

test('the table as it was is kept, and brings it back', async () => {
  const disk = grownDisk(gpt);
  const before = await tableOf(disk);
  await grow(disk);
  const kept = (await disk.system.files.read(keptTablePath)) ?? '';
  const script = kept.replace(/^last-lba:.*\n/m, '');
  execFileSync('sfdisk', ['--no-reread', '--force', '--wipe', 'never', disk.path], {
    input: script,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  expect((await tableOf(disk)).entries).toEqual(before.entries);
});

test('D14: null GUIDs are drawn again, and the PARTUUID that the boot loader names is not', async () => {
  const disk = grownDisk((device) => {
    gpt(device);
    execFileSync('sfdisk', ['--disk-id', device, nullGuid], { stdio: 'pipe' });
    execFileSync('sfdisk', ['--part-uuid', device, '2', nullGuid], { stdio: 'pipe' });
  });
  const before = await tableOf(disk);
  expect([before.id, before.entries[1]?.uuid]).toEqual([nullGuid, nullGuid]);
  await grow(disk);
  const after = await tableOf(disk);
  expect(after.id).not.toBe(nullGuid);
  expect(after.entries[1]?.uuid).not.toBe(nullGuid);
  expect([after.entries[0]?.uuid, after.entries[2]?.uuid]).toEqual([before.entries[0]?.uuid, before.entries[2]?.uuid]);
});

describe('is refused under the lock', () => {
  const refusals: ReadonlyArray<readonly [string, string, (disk: GrownDisk) => void]> = [
    ['a partition that appeared behind it', 'root-disk.partition-behind', ({ path }) => addBehind(path)],
    ['a hybrid MBR', 'root-disk.hybrid-table', ({ path }) => writeAt(path, 446 + 16 + 4, Buffer.from([0x83]))],
    ['a damaged GPT', 'root-disk.damaged-table', ({ path }) => writeAt(path, 2 * 512 + 8, 'damage')],
  ];

  test.each(refusals)('%s', async (_, code, spoil) => {
    const disk = grownDisk(gpt);
    const facts = await observeRootDisk(disk.system);
    spoil(disk);
    const head = beginningOf(disk.path);
    const change = { partition: 3, enlarge: true, renewDiskId: false, renewEntryIds: [] };
    const diskSequence = facts.disk?.diskSequence ?? null;
    const act = growPartition(
      { kind: 'grow-partition', mountPoint: '/', disk: disk.name, diskSequence, ...change },
      disk.system,
    );
    await expect(act).rejects.toMatchObject({ code, exitCode: 4 });
    expect(beginningOf(disk.path).equals(head)).toBe(true);
  });

  test('a disk that somebody works on', async () => {
    const disk = grownDisk(gpt);
    const other = await disk.system.processes.hold('flock', ['--exclusive', disk.path, 'cat']);
    await expect(grow(disk)).rejects.toMatchObject({ code: 'device.locked' });
    await other?.release();
  });
});

describe('the file system', () => {
  test.each([
    ['xfs', 'mkfs.xfs', 'xfs_growfs'],
    ['btrfs', 'mkfs.btrfs', 'btrfs'],
  ] as const)('%s fills the partition', async (_, mkfs, growth) => {
    const disk = grownDisk((device) => execFileSync('sgdisk', ['--new=1:2048:0', device], { stdio: 'pipe' }), 1, 1024);
    await grow(disk);
    execFileSync(mkfs, ['-q', disk.partition, ...(growth === 'xfs_growfs' ? ['-d', 'size=400m'] : ['-b', '400M'])]);
    const mountPoint = mount(disk.partition);
    const before = sizeOf(mountPoint);
    const action = { kind: 'grow-file-system', ...meant(disk.partition), mountPoint, growth } as const;
    await growFileSystem(action, machineWith({}));
    expect(sizeOf(mountPoint) / before).toBeGreaterThan(2);
  });

  test('L14: a tool that fails is a failure', async () => {
    const disk = grownDisk(gpt);
    execFileSync('mkfs.ext4', ['-q', disk.partition]);
    const mountPoint = mount(disk.partition);
    const wrong = { kind: 'grow-file-system', ...meant(disk.partition), mountPoint, growth: 'xfs_growfs' } as const;
    await expect(growFileSystem(wrong, machineWith({}))).rejects.toMatchObject({ code: 'process.failed' });
  });
});

/** A partition, as an action names it. */
function meant(device: string) {
  const attribute = (name: string) => readFileSync(`/sys/class/block/${basename(device)}/${name}`, 'utf8').trim();
  const disk = `/dev/${basename(dirname(realpathSync(`/sys/class/block/${basename(device)}`)))}`;
  return { device, majorMinor: attribute('dev'), disk, diskSequence: Number(attribute('../diskseq')) };
}

const beginningOf = (path: string) => execFileSync('head', ['--bytes=1M', path]);

function addBehind(path: string): void {
  execFileSync('sgdisk', ['--move-second-header', '--new=4:100M:+10M', path], { stdio: 'pipe' });
}

function mount(device: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'mounted-'));
  execFileSync('mount', [device, folder]);
  onTestFinished(() => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Blocks of the file system, as statfs(2) counts them. */
function sizeOf(mountPoint: string): number {
  return Number(execFileSync('stat', ['--file-system', '--format=%b', mountPoint], { encoding: 'utf8' }));
}
