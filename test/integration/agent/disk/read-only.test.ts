import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';
import type { Seen } from './read-only.ts';
import { runInNamespace } from './run-in-namespace.ts';

beforeEach((context) =>
  requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs', 'mkfs.xfs': 'xfsprogs', 'mkfs.btrfs': 'btrfs-progs' }),
);

const program = join(import.meta.dirname, 'read-only.ts');
const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The image of a file system whose machine was cut off: what was written last is in its journal only. */
function cutOffImage(makers: readonly string[], megabytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'cut-off-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [tool = '', ...args] = makers;
  const disk = attachLoopDisk((device) => execFileSync(tool, [...args, device], { stdio: 'pipe' }), megabytes);
  const image = join(folder, 'image');
  // XFS writes the first file to its place only when it is unmounted.
  const first = 'mount "$1" /mnt; echo kept >/mnt/kept; umount /mnt';
  const then = 'mount "$1" /mnt; echo late >/mnt/late; sync /mnt/late; cp --sparse=always "$2" "$3"; umount /mnt';
  const script = `${first}; ${then}`;
  execFileSync('unshare', ['--mount', '--', 'sh', '-euc', script, 'sh', disk.path, disk.image, image]);
  disk.discard();
  return image;
}

function attachImage(image: string): string {
  const path = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  onTestFinished(() => {
    // The kernel keeps the flag for the next file that the loop device gets.
    spawnSync('blockdev', ['--setrw', path]);
    spawnSync('losetup', ['--detach', path]);
  });
  return path;
}

const types = [
  ['ext4', ['mkfs.ext4', '-q'], 32],
  ['ext3', ['mkfs.ext3', '-q'], 32],
  ['xfs', ['mkfs.xfs', '-q'], 300],
  ['btrfs', ['mkfs.btrfs', '-q'], 128],
] as const;

describe.each(types)('%s', (type, makers, megabytes) => {
  test('a disk that is assigned read-only is read, and not one byte of it changes', () => {
    const image = cutOffImage(makers, megabytes);
    const control = `${image}.control`;
    copyFileSync(image, control);
    const before = digestOf(image);
    const seen: Seen = JSON.parse(runInNamespace(program, [attachImage(image), type]));
    expect(seen).toMatchObject({ failures: [], isWritten: [false, false] });
    expect(seen.files).toContain('kept');
    expect(seen.options).toEqual(expect.arrayContaining(['ro', 'nosuid', 'nodev']));
    expect(digestOf(image)).toBe(before);

    // What it is good for: a mount that is only read-only replays the journal.
    execFileSync('unshare', ['--mount', '--', 'sh', '-euc', 'mount -o ro "$1" /mnt', 'sh', attachImage(control)]);
    expect(digestOf(control)).not.toBe(before);
  });
});

// With Btrfs the kernel takes the copy for the original, or the other way round: seen with 6.18, which wrote to the copy.
test.each(types.filter(([type]) => type !== 'btrfs'))(
  'a snapshot of a mounted %s is mounted beside it, and not one byte of it changes',
  (type, makers, megabytes) => {
    const image = cutOffImage(makers, megabytes);
    const original = `${image}.original`;
    copyFileSync(image, original);
    const before = digestOf(image);
    const args = [attachImage(image), type, attachImage(original)];
    const seen: Seen = JSON.parse(runInNamespace(program, args));
    expect(seen).toMatchObject({ failures: [], isWritten: [false, false] });
    expect(seen.files).toContain('kept');
    expect(digestOf(image)).toBe(before);
    expect(digestOf(original)).not.toBe(before);
  },
);
