import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { BlankFormat } from '../../../../src/core/block-device/blank-decision.ts';
import { checkFileSystem } from '../../../../src/agent/disk/check-file-system.ts';
import { formatBlank } from '../../../../src/agent/disk/format-blank.ts';
import type { System } from '../../../../src/core/system/system.ts';
import { attachLoopDisk, type LoopDisk, machineWith, requirePrograms, writeAt } from '../action/loop-disk.ts';

beforeEach((context) => requirePrograms(context, { 'mkfs.btrfs': 'btrfs-progs', 'mkfs.xfs': 'xfsprogs' }));

/** No rule of udev marks a loop device: its answer is the test's, all else is this machine's. */
function machine(properties = 'GANDI_DATA_DISK=1\n'): System {
  const system = machineWith({});
  const run: System['processes']['run'] = (tool, args, options) => {
    if (tool !== 'udevadm') return system.processes.run(tool, args, options);
    return Promise.resolve({ exitCode: 0, stdout: args[0] === 'info' ? properties : '', stderr: '' });
  };
  return { ...system, processes: { ...system.processes, run } };
}

const format = (disk: LoopDisk, fileSystem: BlankFormat = 'ext4', system = machine()) =>
  formatBlank({ kind: 'format-blank', disk: disk.path, diskSequence: disk.diskSequence(), fileSystem }, system);

const typeOf = (disk: LoopDisk) =>
  String(spawnSync('blkid', ['--probe', '--match-tag', 'TYPE', '--output', 'value', disk.path]).stdout).trim();

/** The act is refused for this reason, and not a byte of the disk is another one. */
async function refuses(disk: LoopDisk, code: string, act = () => format(disk)): Promise<void> {
  const before = await disk.digest();
  await expect(act()).rejects.toMatchObject({ code, exitCode: 4 });
  expect(await disk.digest()).toBe(before);
}

test.each(['ext4', 'xfs', 'btrfs'] as const)('a disk that is proven to be blank becomes %s', async (fileSystem) => {
  const disk = attachLoopDisk(undefined, 320);
  await format(disk, fileSystem);
  expect(typeOf(disk)).toBe(fileSystem);
});

test.each([
  ['at the start', 0],
  ['in the middle', 31 * 2 ** 20 + 12_345],
  ['at the end', 64 * 2 ** 20 - 1],
])('row 14: one byte %s that is not zero', async (_, offset) => {
  await refuses(
    attachLoopDisk((device) => writeAt(device, offset, 'x')),
    'blank-disk.not-zero',
  );
});

test('row 13: a signature, also where the rest is zero', async () => {
  await refuses(
    attachLoopDisk((device) => execFileSync('mkswap', [device], { stdio: 'pipe' })),
    'blank-disk.signature',
  );
});

test('row 4: a disk that no rule marks', async () => {
  const disk = attachLoopDisk();
  await refuses(disk, 'blank-disk.not-a-data-disk', () => format(disk, 'ext4', machine('')));
});

test('row 3: another disk took its name', async () => {
  const disk = attachLoopDisk();
  const action = {
    kind: 'format-blank',
    disk: disk.path,
    diskSequence: disk.diskSequence(),
    fileSystem: 'ext4',
  } as const;
  disk.attachAnew();
  await refuses(disk, 'blank-disk.changed', () => formatBlank(action, machine()));
});

/** `meanwhile` happens once the disk was looked at first, right before it is read. */
function machineWhere(meanwhile: () => void): System {
  const whole = machine();
  let looks = 0;
  const run: System['processes']['run'] = async (tool, args, options) => {
    const result = await whole.processes.run(tool, args, options);
    if (tool === 'wipefs' && ++looks === 1) meanwhile();
    return result;
  };
  return { ...whole, processes: { ...whole.processes, run } };
}

test('row 16: a disk that grows while it is read', async () => {
  const disk = attachLoopDisk();
  const system = machineWhere(() => {
    truncateSync(disk.image, 80 * 2 ** 20);
    writeAt(disk.image, 70 * 2 ** 20, 'x');
    execFileSync('losetup', ['--set-capacity', disk.path]);
  });
  await expect(format(disk, 'ext4', system)).rejects.toMatchObject({ code: 'blank-disk.resized', exitCode: 4 });
  expect(typeOf(disk)).toBe('');
});

test('what begins to speak against it while it is read counts', async () => {
  const disk = attachLoopDisk();
  const system = machineWhere(() => execFileSync('blockdev', ['--setro', disk.path]));
  const attempt = format(disk, 'ext4', system).finally(() => execFileSync('blockdev', ['--setrw', disk.path]));
  await expect(attempt).rejects.toMatchObject({ code: 'blank-disk.read-only', exitCode: 4 });
});

test('a disk that somebody has locked or uses', async () => {
  const disk = attachLoopDisk((device) => execFileSync('mke2fs', ['-q', device]));
  const other = await machine().processes.hold('flock', ['--exclusive', disk.path, 'cat']);
  await refuses(disk, 'device.locked');
  await other?.release();

  const folder = mkdtempSync(join(tmpdir(), 'mounted-'));
  execFileSync('mount', [disk.path, folder]);
  onTestFinished(() => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  await expect(format(disk)).rejects.toMatchObject({ code: 'device.busy', exitCode: 4 });
  const check = {
    kind: 'check-file-system',
    device: disk.path,
    disk: disk.path,
    diskSequence: disk.diskSequence(),
  } as const;
  await expect(checkFileSystem(check, machine())).rejects.toMatchObject({ code: 'device.busy', exitCode: 4 });
});

test('e2fsck repairs what needs no choice, and leaves the rest to a person', async () => {
  const disk = attachLoopDisk((device) => execFileSync('mke2fs', ['-q', '-t', 'ext4', device]));
  const check = {
    kind: 'check-file-system',
    device: disk.path,
    disk: disk.path,
    diskSequence: disk.diskSequence(),
  } as const;
  const state = () =>
    /Filesystem state:\s+(.*)/.exec(
      execFileSync('dumpe2fs', ['-h', disk.path], { encoding: 'utf8', stdio: 'pipe' }),
    )?.[1];
  const debugfs = (...commands: string[]) => {
    for (const command of commands) execFileSync('debugfs', ['-w', '-R', command, disk.path], { stdio: 'pipe' });
  };
  debugfs('set_super_value state 2');
  expect(state()).not.toBe('clean');
  await checkFileSystem(check, machine());
  expect(state()).toBe('clean');

  debugfs('clri <2>', 'set_super_value state 2');
  await expect(checkFileSystem(check, machine())).rejects.toMatchObject({ code: 'file-system.damaged', exitCode: 4 });
});
