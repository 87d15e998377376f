import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readModulesArchive } from '../../../../src/core/payload/modules-archive.ts';
import { pipeThrough } from '../../../../src/core/system/pipe-through.ts';
import { archiveOf, type Entry, metaHeaders } from '../../agent/sources/archives.ts';

const release = '6.1.0-1-amd64';
const top = `lib/modules/${release}`;
const file = (name: string, more: Partial<Entry> = {}): Entry => ({ name, content: 'x', ...more });
const link = (name: string, linkname: string): Entry => ({ name, type: 'symlink', linkname });

/** What comes out of an archive, in order: `folder kernel`, `file kernel/a.ko x`, `link a -> b`. */
async function listOf(entries: readonly Entry[], change = (bytes: Buffer) => bytes): Promise<string[]> {
  const packed = change(gzipSync(await archiveOf(entries)));
  const list: string[] = [];
  const chunks = (async function* () {
    for (let at = 0; at < packed.length; at += 100) yield packed.subarray(at, at + 100);
  })();
  await readModulesArchive(
    chunks,
    { name: `gandi/${release}-modules.tar.gz`, release, subject: 'modules' },
    {
      folder: async (path) => void list.push(`folder ${path}`),
      file: async (path, content) => {
        const pieces: Uint8Array[] = [];
        for await (const piece of content) pieces.push(piece);
        list.push(`file ${path} ${Buffer.concat(pieces)}`);
      },
      link: async (path, target) => void list.push(`link ${path} -> ${target}`),
    },
    pipeThrough,
  );
  return list.filter((line) => line !== 'folder .');
}

describe('modules of the running kernel', () => {
  test.each([
    ['/', top],
    ['/usr', `usr/lib/modules/${release}`],
    ['/lib/modules', release],
    ['/ with a dot', `./${top}`],
  ])('from an archive that was made in %s', async (_, prefix) => {
    const entries = [file(`${prefix}/modules.order`), file(`${prefix}/kernel/fs/a.ko`)];
    expect(await listOf(entries)).toEqual(['file modules.order x', 'folder kernel/fs', 'file kernel/fs/a.ko x']);
  });

  test('the folders above them, the kernel beside them, and the links to where it was built are left out', async () => {
    const folders = ['./', 'lib/', 'lib/modules/', `${top}/`].map((name): Entry => ({ name, type: 'directory' }));
    const rest = [
      file('boot/vmlinuz'),
      link(`${top}/build`, '/usr/src/linux'),
      link(`${top}/source`, '/usr/src/linux'),
    ];
    expect(await listOf([...folders, ...rest, file(`${top}/kernel/a.ko`)])).toEqual([
      'folder kernel',
      'file kernel/a.ko x',
    ]);
  });

  test('links come last, whatever their place in the archive', async () => {
    const entries = [link(`${top}/weak-updates/a.ko`, '../kernel/a.ko'), file(`${top}/kernel/a.ko`)];
    expect(await listOf(entries)).toEqual([
      'folder kernel',
      'file kernel/a.ko x',
      'folder weak-updates',
      'link weak-updates/a.ko -> ../kernel/a.ko',
    ]);
  });
});

describe('an archive that is refused as a whole', () => {
  test.each<[string, string, Entry[]]>([
    ['payload.unsafe-path', 'another kernel', [file('lib/modules/6.9/a.ko')]],
    ['payload.unsafe-path', 'a file of the system', [file('etc/shadow')]],
    ['payload.unsafe-path', 'a file beside the releases', [file('lib/ld.so')]],
    ['payload.unsafe-path', 'an absolute path', [file(`/${top}/a.ko`)]],
    ['payload.unsafe-path', 'a path that climbs', [file(`${top}/../../../etc/shadow`)]],
    ['payload.unsafe-path', 'control characters', [file(`${top}/a\u001b[2J.ko`)]],
    ['payload.link', 'an absolute link', [link(`${top}/a`, '/etc')]],
    ['payload.link', 'a link that climbs out', [link(`${top}/kernel/a`, '../../x')]],
    ['payload.link', 'a link that climbs behind another', [link(`${top}/a`, 'kernel/..')]],
    ['payload.link', 'a link to the tree itself', [link(`${top}/kernel/a`, '..')]],
    ['payload.link', 'a link in a link', [link(`${top}/a`, 'kernel'), link(`${top}/a/b`, '../kernel')]],
    ['payload.link', 'the tree as a link', [link(top, 'x')]],
    ['payload.link', 'a hard link', [{ name: `${top}/a`, type: 'link', linkname: `${top}/b` }]],
    ['payload.device', 'a device', [{ name: `${top}/a`, type: 'block-device' }]],
    ['payload.device', 'a pipe', [{ name: `${top}/a`, type: 'fifo' }]],
    ['payload.setuid', 'a set-user-ID file', [file(`${top}/a`, { mode: 0o4755 })]],
    ['payload.duplicate', 'two files of one name', [file(`${top}/a`), file(`./${top}/a`)]],
    ['payload.duplicate', 'a file and a link of one name', [file(`${top}/a`), link(`${top}/a`, 'b')]],
  ])('%s: %s', async (code, _, entries) => {
    await expect(listOf([file(`${top}/modules.order`), ...entries])).rejects.toMatchObject({ code, exitCode: 3 });
  });

  test.each<[string, string, (bytes: Buffer) => Buffer]>([
    ['payload.damaged', 'one that is cut off', (bytes) => bytes.subarray(0, bytes.length - 20)],
    ['payload.damaged', 'one that is not a gzip', (bytes) => Buffer.concat([Buffer.from('no gzip'), bytes])],
    ['payload.truncated', 'one without an end', () => gzipSync(Buffer.alloc(0))],
  ])('%s: %s', async (code, _, change) => {
    await expect(listOf([file(`${top}/a.ko`)], change)).rejects.toMatchObject({ code, exitCode: 3 });
  });

  test('payload.too-large: more than 128 MiB of headers about headers', async () => {
    const [header = Buffer.alloc(0)] = metaHeaders('g', 1, 60_000);
    const archive = Buffer.concat([...Array(2400).fill(header), await archiveOf([file(`${top}/a.ko`)])]);
    await expect(listOf([], () => gzipSync(archive))).rejects.toMatchObject({ code: 'payload.too-large' });
  });

  test('payload.too-large: files of more than 2 GiB, before they are read', async () => {
    const huge = await archiveOf([file(`${top}/a.ko`)]);
    huge.write('20000000001', 124, 'latin1');
    huge.fill(0x20, 148, 156);
    const sum = huge.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    huge.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    await expect(listOf([], () => gzipSync(huge))).rejects.toMatchObject({ code: 'payload.too-large' });
  });
});
