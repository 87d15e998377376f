import { describe, expect, test } from 'vitest';
import { AgentError } from '../../../../../src/core/error/agent-error.ts';
import { archiveTool } from '../../../../../src/provision/image/output/archive-arguments.ts';
import { parseChecksums } from '../../../../../src/provision/image/output/checksums.ts';
import { usedInodes } from '../../../../../src/provision/image/output/clamp-times.ts';
import { convertArguments } from '../../../../../src/provision/image/output/convert-arguments.ts';
import { embedGrub, embeddingRoom } from '../../../../../src/provision/image/output/grub-embedding.ts';
import { uuidOf } from '../../../../../src/provision/image/output/identifiers.ts';
import { ext2Arguments } from '../../../../../src/provision/image/output/make-ext.ts';
import { parseOutputTypes, withoutSuffix } from '../../../../../src/provision/image/output/output-types.ts';
import { datedPath } from '../../../../../src/provision/image/output/publish.ts';
import { type TreeEntry, xfsPrototype } from '../../../../../src/provision/image/output/xfs-prototype.ts';

describe('types of outputs', () => {
  test('are a list, each once', () => {
    expect(parseOutputTypes('raw, qcow2,raw')).toEqual(['raw', 'qcow2']);
  });

  test.each([
    ['qcow', "(did you mean 'qcow2'?)"],
    ['vhd', 'vhd-util'],
    ['docker', 'docker'],
    ['constructor', 'no such type'],
  ])('other than those known are refused: %s', (word, named) => {
    expect(messageOf(() => parseOutputTypes(`raw,${word}`))).toContain(named);
  });

  test.each([
    ['img.raw', 'raw', 'img'],
    ['img.raw', 'qcow2', 'img.raw'],
    ['img.raw', 'raw,qcow2', 'img.raw'],
    ['img.squash', 'squashfs', 'img'],
    ['debian-12.5', 'qcow2', 'debian-12.5'],
  ])('%s with -t %s is called %s', (path, types, name) => {
    expect(withoutSuffix(path, parseOutputTypes(types))).toBe(name);
  });

  test.each(['', 'folder/', 'folder/.raw'])("'%s' has no name", (path) => {
    expect(messageOf(() => withoutSuffix(path, ['raw']))).toContain('no name');
  });
});

test.each([
  ['', []],
  ['0', []],
  ['1', ['md5', 'sha256']],
  ['sha256', ['sha256']],
  ['sha256, md5', ['md5', 'sha256']],
])("DIB_CHECKSUM of '%s' asks for %j", (text, kinds) => {
  expect(parseChecksums(text)).toEqual(kinds);
});

test('a kind of checksum that is not known is refused', () => {
  expect(messageOf(() => parseChecksums('crc'))).toContain("'crc'");
});

describe('what qemu-img is told', () => {
  const conversion = { from: 'a', to: 'b', format: 'qcow2', compress: true };

  test.each([
    ['compresses with zstd', conversion, ['-c', '-o', 'compression_type=zstd']],
    ['does not compress', { ...conversion, compress: false }, []],
    ['keeps an older version readable', { ...conversion, options: 'compat=0.10' }, ['-c', '-o', 'compat=0.10']],
    [
      'adds to other options',
      { ...conversion, options: 'compat=1.1' },
      ['-c', '-o', 'compat=1.1,compression_type=zstd'],
    ],
    ['leaves the choice', { ...conversion, options: 'compression_type=zlib' }, ['-c', '-o', 'compression_type=zlib']],
    ['knows what cannot be compressed', { ...conversion, format: 'vdi' }, []],
  ])('%s', (_, asked, expected) => {
    expect(convertArguments(asked)).toEqual(['convert', '-f', 'raw', '-O', asked.format, ...expected, 'a', 'b']);
  });
});

test('an archive is sorted and has no time later than the one given', () => {
  const { args } = archiveTool({ type: 'tgz', tree: '/t', file: '/f', gzip: 'pigz', sourceDateEpoch: 5 });
  expect(args).toEqual(expect.arrayContaining(['--sort=name', '--mtime=@5', '--clamp-mtime']));
  expect(args).toContain('--use-compress-program=pigz -9');
});

test('mke2fs gets one -E for all that is asked for by several', () => {
  const args = ext2Arguments({
    fileSystem: {
      kind: 'file-system',
      name: 'm',
      base: 'd',
      type: 'ext4',
      label: 'l',
      uuid: null,
      options: ['-E', 'resize=9', '-m', '1', '-Enodiscard'],
    },
    source: '/t',
    place: { file: '/f', offset: 1024, bytes: 4096, isWholeDisk: false },
    uuid: 'U',
    workFolder: '/w',
    sourceDateEpoch: undefined,
  });
  expect(args.filter((word) => word === '-E')).toHaveLength(1);
  expect(args).toContain('resize=9,nodiscard,offset=1024,hash_seed=U');
  expect(args.slice(-3)).toEqual(['/t', '/f', '4k']);
});

test('inodes that are in use are those that no group calls free', () => {
  const groups = 'Inode count:              20\n  Free inodes: 13-14, 18\n  Free inodes: 20\n';
  expect(usedInodes(groups)).toEqual([2, 11, 12, 15, 16, 17, 19]);
});

test('a protofile of XFS has a line for each entry, and closes folders', () => {
  const entry = (type: string, path: string, mode: number, more: Partial<TreeEntry> = {}): TreeEntry => ({
    type,
    mode,
    uid: 0,
    gid: 0,
    path,
    target: '',
    device: null,
    ...more,
  });
  const entries = [
    entry('d', '', 0o755),
    entry('d', 'a', 0o2750, { gid: 7 }),
    entry('f', 'a/my file', 0o4755),
    entry('l', 'link', 0o777, { target: 'a' }),
    entry('c', 'null', 0o666, { device: { major: 1, minor: 3 } }),
  ];
  expect(xfsPrototype(entries, (path) => `/from/${path.replaceAll(' ', '_')}`).split('\n')).toEqual([
    '/',
    '0 0',
    'd--755 0 0',
    'a d-g750 0 7',
    'my/file -u-755 0 0 /from/a/my_file',
    '$',
    'link l--777 0 0 a',
    'null c--666 0 0 1 3',
    '$',
    '',
  ]);
});

test('an identifier is the same for the same seed and name, and a UUID', () => {
  expect(uuidOf('s', 'n')).toBe(uuidOf('s', 'n'));
  expect(new Set([uuidOf('s', 'n'), uuidOf('s', 'm'), uuidOf('t', 'n')]).size).toBe(3);
  expect(uuidOf('s', 'n')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('an older image is called by its date', () => {
  expect(datedPath('/o/a.b.qcow2', new Date(2026, 0, 2, 3, 4, 5))).toBe('/o/a.b-2026.01.02-03.04.05.qcow2');
});

describe('GRUB for BIOS', () => {
  const disk = { name: 'd', bytes: 1e9, sectorBytes: 512, volumes: [] };
  const partition = { name: 'p', number: 1, start: 2048, sectors: 2048, type: '83', isBoot: true };
  const biosBoot = { ...partition, start: 4096, type: '21686148-6449-6E6F-744E-656564454649' };

  test.each([
    [
      'before the first partition of an MBR',
      { ...disk, table: { label: 'mbr' as const, partitions: [partition] } },
      { start: 1, sectors: 2047 },
    ],
    [
      'in the BIOS boot partition of a GPT',
      { ...disk, table: { label: 'gpt' as const, partitions: [partition, biosBoot] } },
      { start: 4096, sectors: 2048 },
    ],
    ['nowhere on a GPT without one', { ...disk, table: { label: 'gpt' as const, partitions: [partition] } }, undefined],
    ['nowhere without a table', { ...disk, table: null }, undefined],
  ])('goes %s', (_, layout, room) => {
    expect(embeddingRoom(layout)).toEqual(room);
  });

  test('keeps the table of the disk, and says where its core lies', () => {
    const old = Buffer.alloc(512, 0xaa);
    const { sector, coreSectors } = embedGrub(old, Buffer.alloc(512, 1), Buffer.alloc(1100, 2), {
      start: 1,
      sectors: 99,
    });
    expect(sector.subarray(0x1b8, 0x1fe).every((byte) => byte === 0xaa)).toBe(true);
    expect(sector.readBigUInt64LE(0x5c)).toBe(1n);
    expect(coreSectors.length).toBe(3 * 512);
    expect([coreSectors.readBigUInt64LE(500), coreSectors.readUInt16LE(508), coreSectors.readUInt16LE(510)]).toEqual([
      2n,
      2,
      0x820,
    ]);
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AgentError) return `${error.subject} ${error.message} ${error.remedy}`;
    throw error;
  }
  throw new Error('it is not refused');
}
