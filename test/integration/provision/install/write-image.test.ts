import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { packPayload } from '../../../../src/core/payload/pack-payload.ts';
import { openFiles } from '../../../../src/core/system/files.ts';
import { silentJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { placePayload } from '../../../../src/provision/install/place-payload.ts';
import { writeImage } from '../../../../src/provision/install/write-image.ts';
import { unfinishedMark } from '../../../../src/provision/install/unfinished-mark.ts';
import { attachLoopDisk, type LoopDisk, requirePrograms, writeAt } from '../../agent/action/loop-disk.ts';

beforeEach((context) => requirePrograms(context, { wipefs: 'util-linux', mkfs: 'util-linux' }));

const system = openSystem('/', silentJournal);
const mebibyte = 1024 ** 2;

/** A whole-disk image of 24 MiB with a file system that has /etc/os-release. */
const image = makeImage();

function makeImage(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'gandi-image-'));
  try {
    const [tree, file] = [join(folder, 'tree'), join(folder, 'image')];
    execFileSync('mkdir', ['-p', join(tree, 'etc'), join(tree, 'usr/lib/gandi')]);
    execFileSync('cp', ['/etc/os-release', join(tree, 'etc')]);
    execFileSync('touch', [join(tree, 'usr/lib/gandi/gandi-agent')]);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', tree, file, '24M']);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function* inPieces(bytes: Uint8Array, size = 100_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Order {
  readonly bytes?: Uint8Array;
  readonly packing?: 'raw' | 'gzip' | 'zstd';
  readonly digest?: string;
  readonly replace?: boolean;
  readonly pieces?: AsyncIterable<Uint8Array>;
}

function write(disk: LoopDisk, { bytes = image, packing = 'raw', digest, replace = false, pieces }: Order = {}) {
  const described = { url: 'http://192.0.2.1/i', packing, digest: digest ?? digestOf(bytes), bytes: image.length };
  const target = { name: disk.name, path: disk.path, diskSequence: disk.diskSequence() };
  return writeImage({ image: described, replace, disk: target }, pieces ?? inPieces(bytes), system);
}

const start = (disk: LoopDisk, length = image.length) => readFileSync(disk.path).subarray(0, length);

describe('an image', () => {
  test.each([
    ['raw', image],
    ['gzip', gzipSync(image)],
    ['zstd', zstdCompressSync(image)],
  ] as const)('that is %s comes to a blank disk as it is, byte by byte', async (packing, bytes) => {
    const disk = attachLoopDisk();
    expect(await write(disk, { bytes, packing })).toEqual({ bytes: image.length });
    expect(digestOf(start(disk))).toBe(digestOf(image));
  });

  test('that is not what its sha256 says leaves a disk that starts nothing', async () => {
    const disk = attachLoopDisk();
    await expect(write(disk, { digest: 'a'.repeat(64) })).rejects.toMatchObject({ code: 'install.digest' });
    expect(start(disk, 512)).toEqual(Buffer.from(unfinishedMark));
    expect(
      start(disk, mebibyte)
        .subarray(512)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  test('that breaks off leaves such a disk, and is written in a second try without a word of its owner', async () => {
    const disk = attachLoopDisk();
    const breaking = async function* () {
      yield* inPieces(image.subarray(0, 12 * mebibyte));
      throw new Error('the cable was pulled');
    };
    await expect(write(disk, { pieces: breaking() })).rejects.toThrow('the cable was pulled');
    expect(start(disk, 512)).toEqual(Buffer.from(unfinishedMark));
    await write(disk);
    expect(digestOf(start(disk))).toBe(digestOf(image));
  });

  test('that does not fit is not begun', async () => {
    const disk = attachLoopDisk(undefined, 16);
    const before = await disk.digest();
    await expect(write(disk, { replace: true })).rejects.toMatchObject({ code: 'blank-disk.too-small', exitCode: 4 });
    expect(await disk.digest()).toBe(before);
  });
});

const contents: readonly (readonly [what: string, code: string, make: (device: string) => void])[] = [
  ['a file system', 'blank-disk.signature', (device) => void execFileSync('mke2fs', ['-q', '-t', 'ext4', device])],
  ['bytes that nothing knows', 'blank-disk.not-zero', (device) => writeAt(device, 30 * mebibyte, 'a raw database')],
  [
    'a partition table',
    'blank-disk.signature',
    (device) => void execFileSync('sfdisk', ['-q', '--no-reread', '--no-tell-kernel', device], { input: '2048\n' }),
  ],
];

describe('a disk that is not blank', () => {
  test.each(contents)('with %s is refused by %s, byte for byte as it was', async (_, code, make) => {
    const disk = attachLoopDisk(make);
    const before = await disk.digest();
    await expect(write(disk)).rejects.toMatchObject({ code, exitCode: 4 });
    expect(await disk.digest()).toBe(before);
  });

  test.each(contents)('with %s is written where it may be replaced', async (_, __, make) => {
    const disk = attachLoopDisk(make);
    await write(disk, { replace: true });
    expect(digestOf(start(disk))).toBe(digestOf(image));
  });

  test('is refused whatever may be replaced while it is mounted', async () => {
    const disk = attachLoopDisk((device) => void execFileSync('mke2fs', ['-q', '-t', 'ext4', device]));
    const folder = mkdtempSync(join(tmpdir(), 'gandi-mount-'));
    execFileSync('mount', [disk.path, folder]);
    onTestFinished(() => {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    });
    await expect(write(disk, { replace: true })).rejects.toMatchObject({ exitCode: 4 });
  });

  test('but one that somebody made a file system on since an installation was cut off is kept', async () => {
    const disk = attachLoopDisk();
    await write(disk, { digest: 'a'.repeat(64) }).catch(() => undefined);
    // Begins at 1024: the mark stays.
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-E', 'nodiscard', disk.path]);
    writeAt(disk.path, 0, unfinishedMark);
    await expect(write(disk)).rejects.toMatchObject({ code: 'blank-disk.signature' });
  });

  test('and another one that has its name by now is not written', async () => {
    const disk = attachLoopDisk();
    const target = { name: disk.name, path: disk.path, diskSequence: disk.diskSequence() + 1 };
    const described = { url: 'http://192.0.2.1/i', packing: 'raw' as const, digest: digestOf(image), bytes: 1 };
    await expect(
      writeImage({ image: described, replace: true, disk: target }, inPieces(image), system),
    ).rejects.toMatchObject({ code: 'blank-disk.changed' });
  });
});

describe('a payload', () => {
  const archiveOf = async (config: string, script?: string) => {
    const pieces: Uint8Array[] = [];
    const parts = { config, script: script === undefined ? undefined : Buffer.from(script), modules: undefined };
    for await (const piece of packPayload(openFiles('/'), parts)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  const look = (disk: LoopDisk) => {
    const folder = mkdtempSync(join(tmpdir(), 'gandi-look-'));
    execFileSync('mount', ['-o', 'ro', disk.path, folder]);
    onTestFinished(() => {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    });
    const at = (name: string) => join(folder, 'gandi', name);
    return {
      text: (name: string) => readFileSync(at(name), 'utf8'),
      mode: (name: string) => statSync(at(name)).mode & 0o777,
    };
  };

  test('is in the system of the image, for root alone, with the mark by which the agent applies it', async () => {
    const disk = attachLoopDisk();
    await write(disk);
    const archive = await archiveOf('{"vm_hostname":"node1"}', '#!/bin/sh\n');
    expect(await placePayload(disk.name, archive, system)).toEqual({ hasAgent: true, warnings: [] });
    const { text, mode } = look(disk);
    expect([text('config'), mode('config'), mode('')]).toEqual(['{"vm_hostname":"node1"}', 0o600, 0o700]);
    expect([text('script'), mode('script')]).toEqual(['#!/bin/sh\n', 0o700]);
    expect(JSON.parse(text('pending.json'))).toMatchObject({
      version: 1,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test.each([
    ['payload.truncated', async () => (await archiveOf('{}')).subarray(0, 1024)],
    ['install.no-payload', async () => Buffer.alloc(4096)],
    [
      'payload.checksum',
      async () => Buffer.concat([(await archiveOf('{}')).map((byte, at) => (at === 3 ? 65 : byte))]),
    ],
  ] as const)('is refused with %s, and nothing of it is in the image', async (code, make) => {
    const disk = attachLoopDisk();
    await write(disk);
    await expect(placePayload(disk.name, await make(), system)).rejects.toMatchObject({ code });
    expect(digestOf(start(disk))).toBe(digestOf(image));
  });

  test('goes nowhere on a disk without a system, and nothing stays mounted', async () => {
    const disk = attachLoopDisk((device) => void execFileSync('mke2fs', ['-q', '-t', 'ext4', device]));
    await expect(placePayload(disk.name, await archiveOf('{}'), system)).rejects.toMatchObject({
      code: 'install.no-root',
    });
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(basename(disk.path));
  });
});
