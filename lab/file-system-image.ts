import { open } from 'node:fs/promises';
import { runOnHost } from './host-command.ts';

type Maker = (image: string, label: string) => readonly [tool: string, ...args: string[]];

const makers = {
  ext2: (image, label) => ['mke2fs', '-q', '-t', 'ext2', '-L', label, image],
  xfs: (image, label) => ['mkfs.xfs', '-q', '-L', label, image],
  btrfs: (image, label) => ['mkfs.btrfs', '--quiet', '--label', label, image],
  vfat: (image, label) => ['mkfs.vfat', '-n', label, image],
  iso9660: (image, label) => ['genisoimage', '-quiet', '-volid', label, '-o', image, '/etc/os-release'],
} satisfies Record<string, Maker>;

/** Writes an image with an empty file system of that type; an ISO holds one file. mkfs.xfs wants 300 MiB and more. */
export async function makeFileSystemImage(type: keyof typeof makers, image: string, label: string): Promise<string> {
  await makeBlankImage(image, 320);
  const [tool, ...args] = makers[type](image, label);
  await runOnHost(tool, args);
  return image;
}

/** A GPT with two partitions, each with an ext4; the second has no label. */
export async function makePartitionedImage(image: string, label: string): Promise<string> {
  await makeBlankImage(image, 64);
  await runOnHost('sgdisk', ['--new=1:2048:+20M', '--new=2:45056:+20M', image]);
  const ext4 = ['-q', '-t', 'ext4'];
  await runOnHost('mke2fs', [...ext4, '-L', label, '-E', 'offset=1048576', image, '20M']);
  await runOnHost('mke2fs', [...ext4, '-E', `offset=${45056 * 512}`, image, '20M']);
  return image;
}

/** An ext4 with multiple mount protection; a machine that has it mounted says so every second. */
export async function makeProtectedImage(image: string, label: string): Promise<string> {
  await makeBlankImage(image, 64);
  await runOnHost('mke2fs', ['-q', '-t', 'ext4', '-O', 'mmp', '-E', 'mmp_update_interval=1', '-L', label, image]);
  return image;
}

async function makeBlankImage(image: string, mebibytes: number): Promise<void> {
  const file = await open(image, 'w');
  await file.truncate(mebibytes * 1024 * 1024);
  await file.close();
}
