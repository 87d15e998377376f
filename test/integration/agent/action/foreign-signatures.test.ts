import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { enableSwap } from '../../../../src/agent/swap-disk/enable-swap.ts';
import { makeSwap } from '../../../../src/agent/swap-disk/make-swap.ts';
import { wipePayload } from '../../../../src/agent/swap-disk/wipe-payload.ts';
import { observeSignatures } from '../../../../src/core/block-device/signatures.ts';
import {
  attachLoopDisk,
  locationOf,
  machineWith,
  makePayload,
  payloadOffset,
  recordOf,
  requirePrograms,
  writeAt,
} from './loop-disk.ts';

/** Something that a disk can hold, made by its own tool, or written byte by byte where its tool needs a driver. */
interface Holding {
  readonly name: string;
  readonly type: string;
  readonly code: string;
  readonly packages?: Readonly<Record<string, string>>;
  readonly sizeMebibytes?: number;
  readonly make: (device: string) => void;
}

const run = (program: string, ...args: string[]) => void execFileSync(program, args, { stdio: 'pipe' });

const fileSystem = 'swap-disk.foreign-signature';
const volume = 'swap-disk.volume';
const table = 'swap-disk.partition-table';

const holdings: readonly Holding[] = [
  { name: 'ext4', type: 'ext4', code: fileSystem, make: (device) => run('mkfs.ext4', '-q', device) },
  {
    name: 'the journal of an ext4 elsewhere',
    type: 'jbd',
    code: fileSystem,
    make: (device) => run('mke2fs', '-q', '-O', 'journal_dev', device),
  },
  {
    name: 'XFS',
    type: 'xfs',
    code: fileSystem,
    packages: { 'mkfs.xfs': 'xfsprogs' },
    sizeMebibytes: 320,
    make: (device) => run('mkfs.xfs', '-q', device),
  },
  {
    name: 'Btrfs',
    type: 'btrfs',
    code: fileSystem,
    packages: { 'mkfs.btrfs': 'btrfs-progs' },
    sizeMebibytes: 128,
    make: (device) => run('mkfs.btrfs', '-q', device),
  },
  {
    name: 'F2FS',
    type: 'f2fs',
    code: fileSystem,
    packages: { 'mkfs.f2fs': 'f2fs-tools' },
    make: (device) => run('mkfs.f2fs', '-q', device),
  },
  {
    name: 'vfat',
    type: 'vfat',
    // The boot sector of a FAT ends as an MBR does, and libblkid tells of both or of one.
    code: fileSystem,
    packages: { 'mkfs.vfat': 'dosfstools' },
    make: (device) => run('mkfs.vfat', device),
  },
  {
    name: 'iso9660',
    type: 'iso9660',
    code: fileSystem,
    packages: { genisoimage: 'genisoimage' },
    make: (device) => {
      const image = execFileSync('genisoimage', ['-quiet', '-V', 'swap', '/etc/hostname'], { maxBuffer: 2 ** 26 });
      writeAt(device, 0, image);
    },
  },
  {
    name: 'an LVM physical volume',
    type: 'LVM2_member',
    code: volume,
    packages: { pvcreate: 'lvm2' },
    make: (device) =>
      run('pvcreate', '--config', 'devices { use_devicesfile = 0 scan_lvs = 0 }', '--nolocking', device),
  },
  { name: 'md 1.2', type: 'linux_raid_member', code: volume, make: (device) => writeMd1(device, 4096) },
  { name: 'md 1.1', type: 'linux_raid_member', code: volume, make: (device) => writeMd1(device, 0) },
  {
    name: 'md 1.0, at the end',
    type: 'linux_raid_member',
    code: volume,
    make: (device) => writeMd1(device, 64 * 1024 ** 2 - 8192),
  },
  { name: 'md 0.90, at the end', type: 'linux_raid_member', code: volume, make: writeMd090 },
  ...['luks1', 'luks2'].map((format) => ({
    name: format,
    type: 'crypto_LUKS',
    code: volume,
    packages: { cryptsetup: 'cryptsetup-bin' },
    make: (device: string) => makeLuks(device, format),
  })),
  {
    name: 'LUKS2 whose first header is gone',
    type: 'crypto_LUKS',
    code: volume,
    packages: { cryptsetup: 'cryptsetup-bin' },
    make: (device) => {
      makeLuks(device, 'luks2');
      writeAt(device, 0, new Uint8Array(4096));
    },
  },
  {
    name: 'bcache',
    type: 'bcache',
    code: volume,
    packages: { 'make-bcache': 'bcache-tools' },
    make: (device) => run('make-bcache', '-C', device),
  },
  { name: 'ZFS', type: 'zfs_member', code: volume, make: writeZfs },
  {
    name: 'an empty GPT',
    type: 'gpt',
    code: table,
    packages: { sgdisk: 'gdisk' },
    make: (device) => run('sgdisk', '--clear', device),
  },
  {
    name: 'D1: a GPT with a partition and a file system in it',
    type: 'gpt',
    code: table,
    packages: { sgdisk: 'gdisk' },
    make: (device) => {
      run('sgdisk', '--new=1:2048:+40M', device);
      execFileSync('mke2fs', ['-q', '-E', `offset=${1024 ** 2}`, device, '40M'], { stdio: 'pipe' });
    },
  },
  {
    name: 'a GPT of which only the backup is left',
    type: 'gpt',
    code: table,
    packages: { sgdisk: 'gdisk' },
    make: (device) => {
      run('sgdisk', '--new=1:2048:+40M', device);
      writeAt(device, 0, new Uint8Array(34 * 512));
    },
  },
  {
    name: 'an MBR',
    type: 'dos',
    code: table,
    packages: { sfdisk: 'fdisk' },
    make: (device) => void execFileSync('sfdisk', ['--quiet', device], { input: '2048,40M,83\n', stdio: 'pipe' }),
  },
  { name: 'swap with a suspended system', type: 'swsuspend', code: 'swap-disk.hibernation', make: suspend },
  {
    name: 'Btrfs with a swap header before it, where Btrfs leaves room',
    type: 'btrfs',
    code: fileSystem,
    packages: { 'mkfs.btrfs': 'btrfs-progs' },
    sizeMebibytes: 128,
    make: (device) => {
      run('mkswap', device);
      const swapPage = execFileSync('head', ['--bytes=4096', device]);
      run('mkfs.btrfs', '-q', '--force', device);
      writeAt(device, 0, swapPage);
    },
  },
];

test.for(holdings)('$name: seen, and neither formatted, wiped nor enabled', async ({ type, code, ...how }, context) => {
  requirePrograms(context, how.packages);
  const payload = makePayload();
  const disk = attachLoopDisk(how.make, how.sizeMebibytes);
  const location = locationOf(disk, payload);
  const system = machineWith({ swapDevice: disk.path, record: recordOf(location) });
  expect((await observeSignatures(system, disk.path)).map((signature) => signature.type)).toContain(type);

  const before = await disk.digest();
  const device = { device: disk.name, disk: disk.name, diskSequence: disk.diskSequence() };
  for (const reason of ['payload-was-here', 'gandiswap-partition', 'blank'] as const) {
    const formatting = makeSwap({ kind: 'make-swap', ...device, reason }, system);
    await expect(formatting).rejects.toMatchObject({ exitCode: 4, code });
  }
  const enabling = enableSwap({ kind: 'enable-swap', device: disk.name }, system);
  await expect(enabling).rejects.toMatchObject({ exitCode: 4 });
  expect(await disk.digest()).toBe(before);

  writeAt(disk.path, payloadOffset, payload);
  const withPayload = await disk.digest();
  const wiping = wipePayload({ kind: 'wipe-payload', payload: location }, system);
  await expect(wiping).rejects.toMatchObject({ exitCode: 4, code: 'swap-disk.foreign-signature' });
  expect(await disk.digest()).toBe(withPayload);
});

function makeLuks(device: string, format: string): void {
  const cheap = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
  execFileSync('cryptsetup', ['luksFormat', '--batch-mode', '--type', format, ...cheap, device, '-'], {
    input: 'x',
    stdio: 'pipe',
  });
}

function suspend(device: string): void {
  run('mkswap', device);
  // kernel/power/swap.c puts its own magic in the place of SWAPSPACE2 until the system has woken up.
  writeAt(device, 4096 - 10, 'S1SUSPEND\0');
}

// include/uapi/linux/raid/md_p.h
const mdMagic = 0xa92b4efc;

function writeMd1(device: string, offset: number): void {
  const superblock = Buffer.alloc(256);
  superblock.writeUInt32LE(mdMagic, 0);
  superblock.writeUInt32LE(1, 4);
  superblock.write('0123456789abcdef', 16);
  superblock.write('array', 32);
  superblock.writeBigUInt64LE(BigInt(offset / 512), 144);
  writeAt(device, offset, superblock);
}

function writeMd090(device: string): void {
  const superblock = Buffer.alloc(4096);
  superblock.writeUInt32LE(mdMagic, 0);
  superblock.writeUInt32LE(0, 4);
  superblock.writeUInt32LE(90, 8);
  writeAt(device, 64 * 1024 ** 2 - 64 * 1024, superblock);
}

/** Uberblocks of the first label: from 128 KiB on, one a kilobyte (ZFS On-Disk Specification, 1.3). */
function writeZfs(device: string): void {
  for (let index = 0; index < 8; index += 1) {
    const uberblock = Buffer.alloc(40);
    uberblock.writeBigUInt64LE(0x00bab10cn, 0);
    uberblock.writeBigUInt64LE(5000n, 8);
    uberblock.writeBigUInt64LE(BigInt(index + 1), 16);
    writeAt(device, 128 * 1024 + index * 1024, uberblock);
  }
}
