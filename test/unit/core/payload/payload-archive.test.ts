import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type PayloadArchive, readPayloadArchive } from '../../../../src/core/payload/payload-archive.ts';
import { pipeThrough } from '../../../../src/core/system/pipe-through.ts';
import {
  archiveOf,
  configText,
  type Entry,
  memoryReader,
  metaHeaders,
  plainEntries,
  withChecksum,
} from '../../agent/sources/archives.ts';

const options = { pipe: pipeThrough };
const read = (bytes: Uint8Array, zeros = 64 * 1024) => readPayloadArchive(memoryReader(bytes, zeros), options, 0);

/** The archive with `change` applied to a copy of it. */
async function changed(change: (bytes: Buffer) => void, entries = plainEntries): Promise<Buffer> {
  const bytes = await archiveOf(entries);
  change(bytes);
  return bytes;
}

const config: Entry = { name: 'gandi/config', content: configText };

describe('a payload that is right', () => {
  test('gives its members, its texts, and where it lies', async () => {
    const bytes = await archiveOf(plainEntries);
    const archive = await read(bytes);
    expect(archive).toMatchObject({
      config: configText,
      compression: 'none',
      warnings: [],
      byteLength: bytes.length,
      digest: createHash('sha256').update(bytes).digest('hex'),
    });
    const script = '#!/bin/sh\necho hello\n';
    expect(archive?.script).toMatchObject({ size: 21, digest: createHash('sha256').update(script).digest('hex') });
    expect(archive?.members.map(({ role, size }) => [role, size])).toEqual([
      ['folder', 0],
      ['config', configText.length],
      ['script', 21],
    ]);
  });

  test('is found at its offset', async () => {
    const bytes = await archiveOf(plainEntries);
    const disk = Buffer.concat([Buffer.alloc(512 * 1024), bytes]);
    expect((await readPayloadArchive(memoryReader(disk), options))?.byteLength).toBe(bytes.length);
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('may be compressed with %s', async (compression, compress) => {
    const bytes = compress(await archiveOf([...plainEntries, { name: 'gandi/x', content: 'abc'.repeat(60_000) }]));
    const archive = await read(bytes);
    expect(archive).toMatchObject({ compression, config: configText, byteLength: bytes.length });
    expect(archive?.digest).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('may begin with a skippable frame of zstd, as pzstd writes them', async () => {
    const frame = Buffer.from('502a4d180400000001020304', 'hex');
    const bytes = Buffer.concat([frame, zstdCompressSync(await archiveOf(plainEntries))]);
    const archive = await read(bytes);
    expect(archive).toMatchObject({ compression: 'zstd', config: configText, byteLength: bytes.length });
  });

  test('reports the provider’s code and what it does not know, and takes neither', async () => {
    const archive = await read(
      await archiveOf([config, { name: 'gandi/init', content: 'x' }, { name: 'gandi/sub/\u00e9', content: 'x' }]),
    );
    expect(archive?.warnings).toEqual([
      "gandi/init: the provider's own code is never run, and was left out",
      '"gandi/sub/\\u00e9": is not known here and was left out',
    ]);
  });

  test('says of which kernel its modules are', async () => {
    const content = Buffer.alloc(1000, 'm');
    const archive = await read(await archiveOf([config, { name: 'gandi/6.1.0-1-amd64-modules.tar.gz', content }]));
    const digest = createHash('sha256').update(content).digest('hex');
    expect(archive?.modules).toMatchObject([{ release: '6.1.0-1-amd64', size: 1000, digest }]);
  });

  test('streams its modules', async () => {
    const content = Buffer.alloc(300_000, 'modules');
    const bytes = await archiveOf([config, { name: 'gandi/6.1.0-1-amd64-modules.tar.gz', content }]);
    const streamed: Uint8Array[] = [];
    await readPayloadArchive(
      memoryReader(bytes),
      {
        ...options,
        onContent: async (_, pieces) => {
          for await (const piece of pieces) streamed.push(piece);
        },
      },
      0,
    );
    expect(Buffer.concat(streamed).equals(content)).toBe(true);
  });
});

describe('L6: nothing behind the archive is read', () => {
  test.each([
    ['a payload', plainEntries],
    ['no payload', []],
  ])('%s on a disk of 1 TiB', async (_, entries) => {
    const bytes = entries.length === 0 ? Buffer.alloc(0) : await archiveOf(entries);
    const reader = memoryReader(bytes, 2 ** 40);
    await readPayloadArchive(reader, options, 0);
    expect(reader.highest()).toBeLessThanOrEqual(1024 * 1024);
    expect(reader.total()).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  test('a compressed payload on a disk of 1 TiB', async () => {
    const reader = memoryReader(gzipSync(await archiveOf(plainEntries)), 2 ** 40);
    await readPayloadArchive(reader, options, 0);
    expect(reader.highest()).toBeLessThanOrEqual(1024 * 1024);
  });
});

describe('a payload that is refused', () => {
  const member = (entry: Entry) => archiveOf([config, entry]);
  const file = (name: string) => () => member({ name, content: 'x' });
  test.each<[string, string, () => Promise<Buffer>]>([
    ['payload.unsafe-path', 'an absolute path', file('/etc/shadow')],
    ['payload.unsafe-path', 'a path that climbs', file('gandi/../etc/shadow')],
    ['payload.unsafe-path', 'another folder', file('etc/shadow')],
    ['payload.unsafe-path', 'a folder that only begins the same', file('gandi-vm/config')],
    ['payload.unsafe-path', 'a dot component', file('./gandi/config')],
    ['payload.unsafe-path', 'an empty component', file('gandi//config')],
    ['payload.unsafe-path', 'a control character', file('gandi/\u001b[2J')],
    ['payload.unsafe-path', 'a file in the place of the folder', () => archiveOf([{ name: 'etc', type: 'directory' }])],
    ['payload.link', 'a symbolic link', () => member({ name: 'gandi/a', type: 'symlink', linkname: '/etc/shadow' })],
    ['payload.link', 'a hard link', () => member({ name: 'gandi/a', type: 'link', linkname: '/etc/shadow' })],
    ['payload.device', 'a block device', () => member({ name: 'gandi/a', type: 'block-device', devmajor: 8 })],
    ['payload.device', 'a character device', () => member({ name: 'gandi/a', type: 'character-device' })],
    ['payload.device', 'a pipe', () => member({ name: 'gandi/a', type: 'fifo' })],
    [
      'payload.unsupported-type',
      'a contiguous file',
      () => member({ name: 'gandi/a', type: 'contiguous-file', content: 'x' }),
    ],
    ['payload.setuid', 'a set-user-ID file', () => member({ name: 'gandi/a', mode: 0o4755, content: 'x' })],
    ['payload.setuid', 'a set-group-ID file', () => member({ name: 'gandi/a', mode: 0o2755, content: 'x' })],
    ['payload.duplicate', 'two configurations', () => member(config)],
    ['payload.config-missing', 'no configuration', () => archiveOf([{ name: 'gandi/', type: 'directory' }])],
    ['payload.too-large', 'a configuration of 2 MB', () => archiveOf([{ ...config, content: '{'.repeat(2e6) }])],
    [
      'payload.too-many-members',
      '65 members',
      () => archiveOf(Array.from({ length: 65 }, (_, n) => ({ name: `gandi/${n}`, content: 'x' }))),
    ],
    [
      'payload.too-many-members',
      '65 global headers of pax',
      async () => Buffer.concat([...metaHeaders('g', 65, 20), await archiveOf([config])]),
    ],
    [
      'payload.too-many-members',
      '65 long names of GNU',
      async () => Buffer.concat([...metaHeaders('L', 65, 20), await archiveOf([config])]),
    ],
    [
      'payload.too-large',
      'more than 1 MiB of headers about headers',
      async () => Buffer.concat([...metaHeaders('g', 20, 60_000), await archiveOf([config])]),
    ],
    [
      'payload.config-encoding',
      'a configuration that is not UTF-8',
      () => archiveOf([{ ...config, content: Buffer.from([0x7b, 0xff, 0x7d]) }]),
    ],
    ['payload.truncated', 'NUL in the configuration', () => archiveOf([{ ...config, content: '{}\0' }])],
    [
      'payload.truncated',
      'a script that ends in zeros',
      () =>
        archiveOf([
          config,
          { name: 'gandi/script', content: Buffer.concat([Buffer.alloc(512, '#'), Buffer.alloc(9)]) },
        ]),
    ],
    ['payload.checksum', 'a header that was changed', () => changed((bytes) => bytes.write('X', 512 + 20))],
    [
      'payload.unsupported-type',
      'a sparse file of pax',
      () => member({ name: 'gandi/a', content: 'x', pax: { 'GNU.sparse.major': '1' } }),
    ],
    [
      'payload.damaged',
      'a size of pax that is not the header’s',
      () => member({ name: 'gandi/a', content: 'x', pax: { size: '700' } }),
    ],
  ])('%s: %s', async (code, _, make) => {
    await expect(read(await make())).rejects.toMatchObject({ name: 'AgentError', code, exitCode: 3 });
  });

  test.each([
    ['payload.too-large', '10 GB', (header: Buffer) => header.write('\x80\0\0\0\0\0\0\x02\x80\0\0\0', 124, 'latin1')],
    ['payload.damaged', 'a negative number', (header: Buffer) => header.fill(0xff, 124, 136)],
    ['payload.damaged', 'no number', (header: Buffer) => header.write('77x', 124)],
    ['payload.unsupported-type', 'that of a sparse file', (header: Buffer) => header.write('S', 156)],
    ['payload.damaged', 'of a folder that has one', (header: Buffer) => header.write('5', 156)],
  ])('%s: a size that is %s', async (code, _, forge) => {
    const bytes = await changed((archive) => {
      const header = archive.subarray(512, 1024);
      forge(header);
      header.set(withChecksum(header));
    });
    await expect(read(bytes)).rejects.toMatchObject({ code, exitCode: 3 });
  });

  test('payload.damaged: 20 MB of padding behind a compressed payload', async () => {
    const bytes = gzipSync(Buffer.concat([await archiveOf(plainEntries), Buffer.alloc(20 * 1024 ** 2)]));
    await expect(read(bytes)).rejects.toMatchObject({ exitCode: 3 });
  });

  test('payload.decompression-bomb: a member of 60 MB that is all one letter', async () => {
    const bytes = gzipSync(await archiveOf([{ name: 'gandi/x', content: Buffer.alloc(60 * 1024 ** 2, 'a') }, config]));
    await expect(read(bytes)).rejects.toMatchObject({ code: 'payload.decompression-bomb', exitCode: 3 });
  });

  test('payload.damaged: a compressed payload with one bit flipped', async () => {
    const bytes = gzipSync(await archiveOf(plainEntries));
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1;
    await expect(read(bytes)).rejects.toMatchObject({ code: 'payload.damaged', exitCode: 3 });
  });

  test('S5: an archive that would write /etc/shadow gives nothing, not even the configuration before it', async () => {
    const bytes = await archiveOf([
      config,
      { name: 'gandi/a', type: 'symlink', linkname: '/etc' },
      { name: 'etc/shadow', content: 'x' },
    ]);
    await expect(read(bytes)).rejects.toMatchObject({ code: 'payload.link' });
  });
});

describe('D2, D3: a payload that is cut off is an error, or the same payload, never none', () => {
  test.each([
    ['where the disk ends', 0],
    ['where zeros follow', 256 * 1024],
  ])('%s', async (_, zeros) => {
    const text = JSON.stringify({ vm_hostname: 'web1', padding: 'x'.repeat(2000) });
    const bytes = await archiveOf([
      { name: 'gandi/', type: 'directory' },
      { ...config, content: text },
    ]);
    const answers: (string | undefined)[] = [];
    for (let length = 512; length < bytes.length; length += 512) {
      const result = await read(bytes.subarray(0, length), zeros).catch((error: { code: string }) => error.code);
      answers.push(typeof result === 'string' ? result : configOf(result, text));
    }
    // Where zeros follow, they may be the zeros that the end mark and the padding are made of: nothing is missing then.
    const whole = zeros === 0 ? [] : ['same', 'same'];
    expect(answers.slice(answers.length - whole.length)).toEqual(whole);
    expect(new Set(answers.slice(0, answers.length - whole.length))).toEqual(
      new Set(zeros === 0 ? ['payload.truncated'] : ['payload.config-missing', 'payload.truncated']),
    );
  });

  test('at every byte', async () => {
    const bytes = await archiveOf(plainEntries);
    for (let length = 1; length < bytes.length; length += 1) {
      const cut = bytes.subarray(0, length);
      if (length < 512) expect(await read(cut, 0)).toBeUndefined();
      else await expect(read(cut, 0)).rejects.toMatchObject({ code: 'payload.truncated' });
    }
  });

  test('compressed, at every byte', async () => {
    const bytes = gzipSync(await archiveOf(plainEntries));
    // The last two bytes are zeros themselves: without them, followed by zeros, it is the whole payload.
    for (let length = 3; length < bytes.length - 2; length += 1) {
      await expect(read(bytes.subarray(0, length), 4096)).rejects.toMatchObject({ exitCode: 3 });
    }
  });

  test('a read that fails is an error of the medium', async () => {
    const reader = {
      subject: 'test disk',
      read: async () => {
        throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      },
    };
    await expect(readPayloadArchive(reader, options, 0)).rejects.toThrow('i/o error');
  });
});

function configOf(archive: PayloadArchive | undefined, expected: string): string {
  return archive?.config === expected ? 'same' : 'other';
}
