import { randomBytes } from 'node:crypto';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { link, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPayloadArchive } from '../../../../src/core/payload/payload-archive.ts';
import { byteReader } from '../../../../src/core/payload/payload-medium.ts';
import { readSwapPayload } from '../../../../src/agent/sources/swap-payload.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { pipeThrough } from '../../../../src/core/system/pipe-through.ts';
import { openSystem } from '../../../../src/core/system/system.ts';

const configText = '{"vm_hostname":"web1","vm_conf":{"script_args":"--role web"}}';
const hasZstd = spawnSync('zstd', ['--version']).status === 0;
const system = openSystem('/', openJournal('error'));
const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gandi-tar-'));
  mkdirSync(join(folder, 'gandi'));
  writeFileSync(join(folder, 'gandi/config'), configText);
});
afterEach(() => rmSync(folder, { recursive: true }));

const inside = (name: string) => join(folder, 'gandi', name);

/** Archives the folder `gandi` with the machine's own tar, and gives the archive's path. */
function tar(...options: string[]): string {
  const archive = join(folder, 'payload.tar');
  execFileSync('tar', ['-C', folder, '-cf', archive, ...options, 'gandi']);
  return archive;
}

async function read(archive: string) {
  const handle = await open(archive, 'r');
  try {
    return await readPayloadArchive(byteReader(handle, archive), { pipe: pipeThrough }, 0);
  } finally {
    await handle.close();
  }
}

async function expectCompressed(compression: 'gzip' | 'xz' | 'zstd'): Promise<void> {
  const path = tar(`--${compression}`);
  const byteLength = (await readFile(path)).length;
  expect(await read(path)).toMatchObject({ compression, config: configText, byteLength });
}

describe('archives of GNU tar', () => {
  test.each(['gnu', 'oldgnu', 'ustar', 'pax'])('--format=%s', async (format) => {
    writeFileSync(inside('script'), '#!/bin/sh\necho $@\n');
    writeFileSync(inside('6.1.0-1-amd64-modules.tar.xz'), Buffer.alloc(3_000_000, 'm'));
    const archive = await read(tar(`--format=${format}`));
    expect(archive?.config).toBe(configText);
    expect(archive?.members.map(({ role }) => role).sort()).toEqual(['config', 'folder', 'modules', 'script']);
    expect(archive?.modules).toMatchObject([{ release: '6.1.0-1-amd64', size: 3_000_000 }]);
  });

  test('--format=v7, of before 1988, is refused and not taken for no payload', async () => {
    await expect(read(tar('--format=v7'))).rejects.toMatchObject({ code: 'payload.damaged', exitCode: 3 });
  });

  test.each(['gnu', 'pax'])('a name of 200 characters, --format=%s', async (format) => {
    writeFileSync(inside('n'.repeat(200)), 'x');
    const archive = await read(tar(`--format=${format}`));
    expect(archive?.members.map(({ name }) => name)).toContain(`gandi/${'n'.repeat(200)}`);
  });

  test('compressed with gzip', () => expectCompressed('gzip'));
  test('compressed with zstd', async (context) => {
    if (!hasZstd) context.skip('there is no zstd');
    await expectCompressed('zstd');
  });

  test('compressed with xz', () => expectCompressed('xz'));

  test('xz ends where its stream ends, whatever the disk holds behind it', async () => {
    writeFileSync(inside('script'), randomBytes(300_000));
    const path = tar('--xz');
    const byteLength = (await readFile(path)).length;
    appendFileSync(path, Buffer.concat([Buffer.alloc(512), randomBytes(1_000_000)]));
    expect(await read(path)).toMatchObject({ compression: 'xz', config: configText, byteLength });
  });

  test('xz that is cut off or damaged is an error, wherever', async () => {
    const path = tar('--xz');
    const whole = await readFile(path);
    for (let position = 20; position < whole.length; position += 16) {
      writeFileSync(path, Buffer.concat([whole.subarray(0, position), Buffer.alloc(64 * 1024)]));
      await expect(read(path), `cut at ${position}`).rejects.toMatchObject({ exitCode: 3 });
      const damaged = Buffer.from(whole);
      damaged[position] = (damaged[position] ?? 0) ^ 0xff;
      writeFileSync(path, damaged);
      await expect(read(path), `damaged at ${position}`).rejects.toMatchObject({ exitCode: 3 });
    }
  });

  test('xz that needs more memory than a payload may take is refused', async () => {
    const path = tar();
    execFileSync('xz', ['-9', path]);
    await expect(read(`${path}.xz`)).rejects.toMatchObject({ code: 'payload.too-much-memory', exitCode: 3 });
  });

  test('cut at every block: an error each time, or the same configuration where only padding is missing', async () => {
    const path = tar();
    const size = (await readFile(path)).length;
    const { byteLength } = (await read(path)) ?? { byteLength: 0 };
    for (let length = 512; length < size; length += 512) {
      const cut = join(folder, 'cut.tar');
      copyFileSync(path, cut);
      truncateSync(cut, length);
      if (length >= byteLength) expect((await read(cut))?.config).toBe(configText);
      else await expect(read(cut)).rejects.toMatchObject({ code: 'payload.truncated', exitCode: 3 });
    }
  });

  test('S5: a symbolic link is refused', async () => {
    symlinkSync('/etc', inside('etc'));
    await expect(read(tar())).rejects.toMatchObject({ code: 'payload.link', exitCode: 3 });
  });

  test('S5: a hard link is refused', async () => {
    await link(inside('config'), inside('again'));
    await expect(read(tar())).rejects.toMatchObject({ code: 'payload.link', exitCode: 3 });
  });

  test('S5: a pipe is refused', async () => {
    execFileSync('mkfifo', [inside('pipe')]);
    await expect(read(tar())).rejects.toMatchObject({ code: 'payload.device', exitCode: 3 });
  });

  test('S5: a device is refused', async (context) => {
    if (!isRoot) context.skip('mknod needs root');
    execFileSync('mknod', [inside('sda'), 'b', '8', '0']);
    await expect(read(tar())).rejects.toMatchObject({ code: 'payload.device', exitCode: 3 });
  });

  test.each(['0.0', '0.1', '1.0', 'gnu'])('S5: a sparse file is refused, version %s', async (version) => {
    writeFileSync(inside('hole'), '');
    truncateSync(inside('hole'), 10 * 1024 ** 2);
    const options = version === 'gnu' ? ['--format=gnu'] : ['--format=pax', `--sparse-version=${version}`];
    await expect(read(tar('--sparse', ...options))).rejects.toMatchObject({ exitCode: 3 });
  });

  test('S5: paths that leave the folder are refused', async () => {
    await expect(read(tar('--absolute-names', '--transform=s,^gandi/config,/etc/shadow,'))).rejects.toMatchObject({
      code: 'payload.unsafe-path',
    });
    await expect(read(tar('--absolute-names', '--transform=s,^gandi/config,gandi/../../x,'))).rejects.toMatchObject({
      code: 'payload.unsafe-path',
    });
  });

  test('a member of 10 GB is refused before it is read', async () => {
    truncateSync(inside('config'), 10 * 1024 ** 3);
    const start = await firstBytes('tar', ['-C', folder, '-c', 'gandi']);
    const path = join(folder, 'large.tar');
    writeFileSync(path, start);
    truncateSync(path, 11 * 1024 ** 3);
    await expect(read(path)).rejects.toMatchObject({ code: 'payload.too-large', exitCode: 3 });
  });
});

/** What a program writes first; it is stopped then. */
async function firstBytes(program: string, args: string[]): Promise<Uint8Array> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [bytes] = await once(child.stdout, 'data');
  child.kill();
  return bytes;
}

describe('on a swap disk', () => {
  const disk = () => ({ path: join(folder, 'swap.img'), sizeBytes: 64 * 1024 ** 2 });

  /** A sparse disk with this at 512 KiB. */
  async function makeDisk(archive: Uint8Array): Promise<void> {
    const image = Buffer.concat([Buffer.alloc(512 * 1024), archive]);
    writeFileSync(disk().path, image);
    truncateSync(disk().path, disk().sizeBytes);
  }

  test('gives the configuration, and the same place as the archive', async () => {
    const archive = await readFile(tar());
    await makeDisk(archive);
    const payload = await readSwapPayload(system, disk());
    expect(payload).toMatchObject({
      config: { hostname: 'web1', postBoot: { scriptArguments: '--role web' } },
      configText,
    });
    // tar pads to 10 KiB with zeros; the payload ends with its end mark.
    const { length } = payload?.location ?? { length: 0 };
    expect(payload?.location.offset).toBe(524_288);
    expect(archive.subarray(length).every((byte) => byte === 0)).toBe(true);
    expect(length).toBeLessThanOrEqual(archive.length);
  });

  test('nothing there is no payload', async () => {
    await makeDisk(Buffer.alloc(0));
    expect(await readSwapPayload(system, disk())).toBeUndefined();
    expect(await readSwapPayload(system, { ...disk(), sizeBytes: 4096 })).toBeUndefined();
  });

  test('D3: a disk that is not there or not readable is an error, not no payload', async () => {
    await expect(readSwapPayload(system, disk())).rejects.toMatchObject({
      code: 'payload.read-failed',
      exitCode: 1,
    });
    mkdirSync(disk().path);
    await expect(readSwapPayload(system, disk())).rejects.toMatchObject({
      code: 'payload.read-failed',
      exitCode: 1,
    });
  });

  test('D3: a configuration with mistakes is a payload with mistakes, not no payload', async () => {
    writeFileSync(
      inside('config'),
      '{"vm_hostname": 5, "vm_conf": {"password": "hunter2", "timezone": "Europe/Paris"}}',
    );
    await makeDisk(await readFile(tar()));
    const { config, mistakes } = (await readSwapPayload(system, disk())) ?? {};
    expect(mistakes?.map(({ path }) => path)).toEqual(['vm_hostname', 'vm_conf.password']);
    expect(config).toMatchObject({ hostname: null, root: { passwordHash: null }, timezone: 'Europe/Paris' });
  });

  test('D3: a configuration that is not JSON is an error, not no payload', async () => {
    writeFileSync(inside('config'), '{"vm_hostname": ');
    await makeDisk(await readFile(tar()));
    await expect(readSwapPayload(system, disk())).rejects.toMatchObject({
      code: 'config.invalid',
      exitCode: 3,
    });
  });
});

describe('never more than 32 MB of memory beyond what the agent takes to do nothing', () => {
  const peakOf = (...args: string[]) => {
    const reader = join(import.meta.dirname, 'peak-memory.ts');
    return Number(execFileSync(process.execPath, [reader, ...args], { encoding: 'utf8' }));
  };
  const modules = '6.1.0-1-amd64-modules.tar.xz';
  const mebibyte = 1024 ** 2;

  test.each([
    ['modules of 200 MB', modules, 200e6, []],
    ['a script of 63 MiB', 'script', 63 * mebibyte, []],
    ['a script of 63 MiB, in gzip', 'script', 63 * mebibyte, ['--use-compress-program=gzip --fast']],
    ['a script of 20 MiB, in xz', 'script', 20 * mebibyte, ['--use-compress-program=xz -0']],
    ['modules of 100 MB, in zstd', modules, 100e6, ['--zstd']],
  ] as const)('%s', { timeout: 180_000 }, (_, name, size, options) => {
    writeNoise(inside(name), size);
    const peak = peakOf(tar(...options)) - peakOf();
    expect(peak / mebibyte).toBeLessThan(32);
  });
});

/** Bytes that no program packs. */
function writeNoise(path: string, size: number): void {
  const noise = randomBytes(1024 ** 2);
  writeFileSync(path, '');
  for (let left = size; left > 0; left -= noise.length)
    appendFileSync(path, noise.subarray(0, Math.min(left, noise.length)));
}
