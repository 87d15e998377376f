import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readPayloadArchive } from '../../../../src/core/payload/payload-archive.ts';
import { Secret } from '../../../../src/core/secret/secret.ts';
import { openFiles } from '../../../../src/core/system/files.ts';
import { pipeThrough } from '../../../../src/core/system/pipe-through.ts';
import { describeImage } from '../../../../src/provision/install/describe-image.ts';
import { profilePayload } from '../../../../src/provision/install/profile-payload.ts';

const files = openFiles('/');
const outcome = { url: 'http://192.0.2.1:3000/v1/outcome/7', key: new Secret('abcdefgh12345678') };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gandi-install-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** As the machine reads it. */
async function read(path: string | undefined, place: typeof outcome | null = outcome) {
  const pieces: Uint8Array[] = [];
  for await (const piece of await profilePayload(files, path, place ?? undefined)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const reader = { subject: 'payload', read: async (at: number, length: number) => bytes.subarray(at, at + length) };
  return readPayloadArchive(reader, { pipe: pipeThrough }, 0);
}

describe('the payload of a machine', () => {
  test('is the configuration that its profile names, and where its agent is to post its outcome', async () => {
    const path = join(folder, 'node1.json');
    await writeFile(path, '{"vm_hostname":"node1"}');
    expect(JSON.parse((await read(path))?.config ?? '')).toEqual({
      vm_hostname: 'node1',
      outcome: { url: 'http://192.0.2.1:3000/v1/outcome/7', key: 'abcdefgh12345678' },
    });
  });

  test('of a folder has its script too', async () => {
    await mkdir(join(folder, 'node1'));
    await writeFile(join(folder, 'node1/config'), '{}');
    await writeFile(join(folder, 'node1/script'), '#!/bin/sh\n');
    expect((await read(join(folder, 'node1')))?.script?.size).toBe(10);
  });

  test('of a machine that is told nothing is the place of the outcome alone', async () => {
    expect(Object.keys(JSON.parse((await read(undefined))?.config ?? ''))).toEqual(['outcome']);
    expect((await read(undefined, null))?.config.trim()).toBe('{}');
  });

  test.each(['', '[]', '"text"', 'null', '{"vm_conf": {"password": "hunter2"'])(
    'that is %j is refused, and nothing of it is told',
    async (text) => {
      const path = join(folder, 'config');
      await writeFile(path, text);
      const error = await read(path).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'install.payload', subject: path, exitCode: 3 });
      expect(String(error)).not.toContain('hunter2');
    },
  );

  test('that is not there is named', async () => {
    await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 'install.payload' });
    await expect(read(folder)).rejects.toMatchObject({ subject: join(folder, 'config') });
  });
});

describe('an image', () => {
  const url = 'http://192.0.2.1/files/i';
  const digest = createHash('sha256').update('image').digest('hex');

  test.each([
    ['i.raw', 'raw', 5],
    ['i.img', 'raw', 5],
    ['i.raw.gz', 'gzip', null],
    ['i.raw.xz', 'xz', null],
    ['i.raw.zst', 'zstd', null],
  ])('%s is packed as %s', async (name, packing, bytes) => {
    await writeFile(join(folder, name), 'image');
    expect(await describeImage(files, join(folder, name), url)).toEqual({ url, packing, bytes, digest });
  });

  test('has the sha256 that lies beside it, whatever it is: the machine then finds that it is another', async () => {
    await writeFile(join(folder, 'i.raw'), 'image');
    await writeFile(join(folder, 'i.raw.sha256'), `${'a'.repeat(64)}  i.raw\n`);
    expect(await describeImage(files, join(folder, 'i.raw'), url)).toMatchObject({ digest: 'a'.repeat(64) });
  });

  test.each(['i.qcow2', 'i', 'none.raw'])('%s is refused', async (name) => {
    if (name !== 'none.raw') await writeFile(join(folder, name), 'image');
    await expect(describeImage(files, join(folder, name), url)).rejects.toMatchObject({ code: 'install.image' });
  });
});
