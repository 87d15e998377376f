import { execFileSync } from 'node:child_process';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { readModulesArchive } from '../../../../src/core/payload/modules-archive.ts';
import { readTarMembers } from '../../../../src/core/payload/tar-members.ts';
import { walkTar } from '../../../../src/core/payload/tar-walk.ts';
import { pipeThrough } from '../../../../src/core/system/pipe-through.ts';
import { archiveOf, withChecksum } from '../../../unit/agent/sources/archives.ts';
import { requirePrograms } from '../action/loop-disk.ts';

beforeEach((context) => requirePrograms(context, { bzip2: 'bzip2', xz: 'xz-utils' }));

const release = '6.1.0-1-amd64';
const mebibyte = 1024 * 1024;
/** Random bytes would test the packers; one byte would be a bomb. */
const content = Buffer.from(Array.from({ length: mebibyte }, (_, index) => (index * index) >> 7));

const packers = {
  gz: gzipSync,
  zst: zstdCompressSync,
  xz: (bytes: Buffer) => execFileSync('xz', ['--stdout'], { input: bytes }),
  bz2: (bytes: Buffer) => execFileSync('bzip2', ['--stdout'], { input: bytes }),
};

/** A member of 1 MiB of any type, also of those that have no content elsewhere; then a module. */
async function archiveWith(name: string, type: string): Promise<Buffer> {
  const bytes = await archiveOf([
    { name, content },
    { name: `lib/modules/${release}/kernel/a.ko`, content: 'module' },
  ]);
  const header = bytes.subarray(0, 512);
  header.write(type, 156, 'latin1');
  header.set(withChecksum(header));
  return bytes;
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 8192) yield bytes.subarray(at, at + 8192);
}

async function modulesOf(packing: keyof typeof packers, archive: Buffer): Promise<string[]> {
  const packed = packers[packing](archive);
  const files: string[] = [];
  const file = async (path: string, bytes: AsyncIterable<Uint8Array>) => {
    for await (const piece of bytes) files.push(`${path} ${Buffer.from(piece)}`);
  };
  const sink = { folder: async () => {}, link: async () => {}, file };
  await readModulesArchive(
    inPieces(packed),
    { name: `gandi/${release}-modules.tar.${packing}`, release, subject: 'modules' },
    sink,
    pipeThrough,
  );
  return files;
}

describe.each(Object.keys(packers) as (keyof typeof packers)[])('modules packed as %s', (packing) => {
  test.each([
    ['the kernel', 'boot/vmlinuz', '0'],
    ['a device beside the kernel', 'boot/console', '3'],
    ['a link to where it was built', `lib/modules/${release}/build`, '2'],
    ['a file in the place of a folder above', 'lib/modules', '0'],
  ])('are read behind a member of 1 MiB that is left out: %s', { timeout: 20_000 }, async (_, name, type) => {
    expect(await modulesOf(packing, await archiveWith(name, type))).toEqual(['kernel/a.ko module']);
  });

  test('are refused where a folder that is left out has content', { timeout: 20_000 }, async () => {
    const reading = modulesOf(packing, await archiveWith('lib/modules/', '5'));
    await expect(reading).rejects.toMatchObject({ code: 'payload.damaged' });
  });
});

test('a reader that stops in the middle of a member gets the next one', async () => {
  const names: string[] = [];
  await readTarMembers(
    walkTar(inPieces(await archiveWith('a', '0')), { members: 2, overhead: 4096 }, 'test'),
    async ({ name }, bytes) => {
      names.push(name);
      for await (const _ of bytes) break;
    },
    'test',
  );
  expect(names).toEqual(['a', `lib/modules/${release}/kernel/a.ko`]);
});
