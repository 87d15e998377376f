import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { powerStates } from '../../../lab/power-states.ts';
import { recordWrites, withMounted } from '../../../lab/recorded-file-system.ts';
import { growRoot, machineOnPartition } from '../agent/disk/root-on-partition.ts';
import { requirePrograms } from '../agent/action/loop-disk.ts';
import { seededRandom } from '../../unit/agent/sources/seeded-random.ts';

const seed = Number(process.env.SEED || 1);
const states = Number(process.env.STATES || 24);
const hour = 3_600_000;
const mebibyte = 1024 ** 2;
const sectorBytes = 512;
const kept = 'of the customer\n'.repeat(10_000);
// The smallest Btrfs is one of 109 MiB (mkfs.btrfs(8)), and Linux resizes none to less than 256 MiB.
const before = 128 * mebibyte;
const after = 512 * mebibyte;
const partition = 2;
const rootStart = 10_240;

/** A disk with a boot partition and `/`, which the platform has enlarged. */
async function enlargedDisk(folder: string): Promise<string> {
  const image = join(folder, 'base.img');
  await writeFile(image, '');
  await truncate(image, before);
  const script = `label: gpt\nstart=2048, size=8192, name=boot\nstart=${rootStart}, name=root\n`;
  execFileSync('sfdisk', ['--quiet', image], { input: script });
  await withPartition(image, async (device) => {
    execFileSync('mkfs.btrfs', ['--quiet', device]);
    await withMounted(device, join(folder, 'mounted'), (mounted) => writeFile(join(mounted, 'kept'), kept));
  });
  await truncate(image, after);
  return image;
}

async function withPartition(image: string, act: (device: string) => Promise<void>): Promise<void> {
  const disk = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  try {
    // The kernel keeps partitions that partx(8) added to a loop device for the one who attaches it next.
    spawnSync('partx', ['--delete', disk]);
    execFileSync('partx', ['--add', disk], { stdio: 'pipe' });
    await act(`${disk}p${partition}`);
  } finally {
    await letGo(disk, image);
  }
}

/**
 * Linux lets go of a Btrfs a moment after its unmount. The next state has the same UUID: it cannot be mounted before, and the
 * device stays attached as long.
 */
async function letGo(disk: string, image: string): Promise<void> {
  spawnSync('partx', ['--delete', disk]);
  execFileSync('losetup', ['--detach', disk]);
  const backing = `/sys/block/${basename(disk)}/loop/backing_file`;
  await vi.waitFor(() => expect(existsSync(backing) && readFileSync(backing, 'utf8').trim()).not.toBe(image), {
    timeout: 60_000,
    interval: 20,
  });
}

async function growMounted(device: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  execFileSync('mount', [device, folder], { stdio: 'pipe' });
  try {
    await growRoot(machineOnPartition(device, 'btrfs'), folder);
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe(kept);
  } finally {
    execFileSync('umount', [folder]);
  }
}

const programs = {
  sfdisk: 'fdisk',
  'mkfs.btrfs': 'btrfs-progs',
  partx: 'util-linux',
  'qemu-storage-daemon': 'qemu-system-common',
};

const sizeOf = (device: string) =>
  Number(readFileSync(`/sys/class/block/${basename(device)}/size`, 'utf8')) * sectorBytes;

// Btrfs: to grow an ext4 that is mounted takes a right that not every container has, and the copies that an XFS has of its
// superblock are old ones after some of the cuts, by whatever it was grown: xfs_repair(8) stops at them (seen with Linux 6.18).
test('whenever the power fails while `/` grows, it is there with all its files, and grows to the end the next time', {
  timeout: hour,
}, async (context) => {
  requirePrograms(context, programs);
  const folder = await newFolder();
  const growing = (served: string) => withPartition(served, (device) => growMounted(device, join(folder, 'mounted')));
  const sizes: number[] = [];
  for await (const image of statesOf(folder, growing)) {
    await withPartition(image, async (device) => {
      sizes.push(sizeOf(device));
      await growMounted(device, join(folder, 'state'));
      expect(sizeOf(device)).toBeGreaterThan(after - 16 * mebibyte);
      // By force, as Linux lets go of the device a moment after the unmount: it is read only.
      execFileSync('btrfs', ['check', '--force', '--readonly', device], { stdio: 'pipe' });
    });
  }
  const grown = sizes.filter((size) => size > before).length;
  console.log(`seed ${seed}: ${sizes.length} states of a growth, ${grown} with the new table, 0 problems`);
  expect(sizes.length).toBeGreaterThan(10);
  expect(grown).toBeGreaterThan(0);
  expect(grown).toBeLessThan(sizes.length);
});

test('a table whose entry is removed and made again, as by hand, has no `/` after some of the cuts', {
  timeout: hour,
}, async (context) => {
  requirePrograms(context, programs);
  const again = async (served: string) => {
    execFileSync('sfdisk', ['--quiet', '--delete', served, String(partition)]);
    execFileSync('sfdisk', ['--quiet', '--append', '--wipe', 'never', served], {
      input: `start=${rootStart}, name=root\n`,
    });
  };
  let seen = 0;
  let lost = 0;
  for await (const image of statesOf(await newFolder(), again)) {
    seen += 1;
    if (!hasRoot(image)) lost += 1;
  }
  console.log(`seed ${seed}: ${lost} of ${seen} states have no partition any more`);
  expect(lost).toBeGreaterThan(0);
});

function hasRoot(image: string): boolean {
  const text = execFileSync('sfdisk', ['--json', image], { encoding: 'utf8', stdio: 'pipe' });
  const { partitiontable } = JSON.parse(text) as { partitiontable: { partitions?: { start: number }[] } };
  return partitiontable.partitions?.some(({ start }) => start === rootStart) === true;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'growth-power-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Images of the enlarged disk as it is after power cuts, each to be used before the next is asked for. */
async function* statesOf(folder: string, act: (served: string) => Promise<void>): AsyncGenerator<string> {
  const { image, log } = await recordWrites(await enlargedDisk(folder), folder, act);
  for await (const state of powerStates(image, log, seededRandom(seed), states)) yield state.image;
}
