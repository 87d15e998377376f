import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';

const program = join(import.meta.dirname, '../../../../autofs/auto.gandi');
const options = '-fstype=ext2,rw,nosuid,nodev';

beforeEach((context) => requirePrograms(context));

/** Asks the map in a mount namespace in which /run is the test's; `before` is a line of shell that runs there first. */
function ask(name: string, entry: readonly string[], before = ''): { status: number | null; stdout: string } {
  const script = `set -e
    mount -t tmpfs tmpfs /run && mkdir -p /run/gandi/autofs /run/elsewhere
    printf '%s\\n' "$@" >/run/gandi/autofs/data
    ${before}
    exec "$program" "$name"`;
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'ask', ...entry];
  const env = { PATH: process.env.PATH ?? '', program, name };
  const { status, stdout } = spawnSync('unshare', args, { encoding: 'utf8', env });
  return { status, stdout };
}

function offeredDisk(prepare = (device: string) => void spawnSync('mke2fs', ['-q', device])) {
  const disk = attachLoopDisk(prepare);
  const numbers = readFileSync(`/sys/class/block/${disk.name}/dev`, 'utf8').trim();
  return { disk, entry: [disk.path, disk.name, String(disk.diskSequence()), numbers, options] };
}

const refused = { status: 1, stdout: '' };

test('says what to mount for the name of a disk', () => {
  const { disk, entry } = offeredDisk();
  expect(ask('data', entry)).toEqual({ status: 0, stdout: `${options} :${disk.path}\n` });
});

test.each(['nobody', '', '.', '..', '.hidden', '../autofs/data', 'a/b'])('says nothing for %j', (name) => {
  expect(ask(name, offeredDisk().entry)).toEqual(refused);
});

test('refuses a disk that is mounted, wherever that is', () => {
  const { disk, entry } = offeredDisk();
  expect(ask('data', entry, `mount ${disk.path} /run/elsewhere`)).toEqual(refused);
});

/** A FUSE file system that nobody serves; `user_id` is the word of the kernel on who mounted it. */
const fuse = (source: string, userId: number) =>
  `exec 9<>/dev/fuse; mount -i -t fuse.any -o fd=9,rootmode=40000,user_id=${userId},group_id=0 ${source} /run/elsewhere`;

test('refuses a disk with a Btrfs that is mounted, whose number in mountinfo is not that of the disk', () => {
  const { disk, entry } = offeredDisk((device) => void execFileSync('mkfs.btrfs', ['-q', '--mixed', device]));
  expect(ask('data', entry, `mount ${disk.path} /run/elsewhere`)).toEqual(refused);
  expect(ask('data', entry, fuse(disk.path, 0))).toEqual(refused);
});

// As `fusermount3 -o fsname=` lets anybody: of all types without a number of a disk the source is mere text.
const tmpfs = (source: string) => `mount -t tmpfs ${source} /run/elsewhere`;
test.each([
  ['tmpfs', 'the path of the disk', ([path = '']: string[]) => tmpfs(path)],
  ['tmpfs', 'its number', (entry: string[]) => tmpfs(entry[3] ?? '')],
  ['FUSE', 'the path of the disk', ([path = '']: string[]) => fuse(path, 1000)],
  ['FUSE', 'its number', (entry: string[]) => fuse(entry[3] ?? '', 1000)],
  ['FUSE', 'the end of a line of Btrfs', ([path = '']: string[]) => fuse(`"/x - btrfs ${path} rw"`, 1000)],
])('a mount of %s with %s as its source keeps nobody from the disk', (_, __, mount) => {
  const { disk, entry } = offeredDisk();
  expect(ask('data', entry, mount(entry))).toEqual({ status: 0, stdout: `${options} :${disk.path}\n` });
});

test('refuses a disk that another one took the name of', () => {
  const { disk, entry } = offeredDisk();
  disk.attachAnew();
  expect(ask('data', entry)).toEqual(refused);
});

test('refuses a disk that somebody formats or repairs', () => {
  const { disk, entry } = offeredDisk();
  expect(ask('data', entry, `exec 9<${disk.path}; flock --exclusive 9`)).toEqual(refused);
});

/** As a second machine would have it: to the kernel another device of the same image is another disk. */
function mountElsewhere(image: string): string {
  const device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  onTestFinished(() => void spawnSync('losetup', ['--detach', device]));
  return `mount ${device} /run/elsewhere`;
}

test.each([
  ['refused read-only, as the kernel would replay its journal', '-fstype=ext4,nosuid,nodev,ro', false],
  ['left to the kernel for writing, which looks itself', '-fstype=ext4,nosuid,nodev,rw', true],
])(
  'a disk that another machine has mounted is %s',
  (_, asked, isSaid) => {
    const protectedDisk = (device: string) =>
      void execFileSync('mke2fs', ['-q', '-t', 'ext4', '-O', 'mmp', '-E', 'mmp_update_interval=1', device]);
    const { disk, entry } = offeredDisk(protectedDisk);
    const answer = ask('data', [...entry.slice(0, -1), asked], mountElsewhere(disk.image));
    expect(answer).toEqual(isSaid ? { status: 0, stdout: `${asked} :${disk.path}\n` } : refused);
  },
  60_000,
);

test('a disk without such protection, or that nobody has, is mounted read-only', () => {
  const read = '-fstype=ext4,ro';
  for (const options of [[], ['-O', 'mmp']]) {
    const { disk, entry } = offeredDisk(
      (device) => void execFileSync('mke2fs', ['-q', '-t', 'ext4', ...options, device]),
    );
    expect(ask('data', [...entry.slice(0, -1), read])).toEqual({ status: 0, stdout: `${read} :${disk.path}\n` });
  }
});
