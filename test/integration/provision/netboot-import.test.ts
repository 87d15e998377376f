import { chmod, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentOf, imagesOf, type NetbootStory, netbootStory, sha256, versionsRead } from './netboot-story.ts';

let story: NetbootStory;

beforeEach(async () => {
  story = await netbootStory();
});
afterEach(() => story.end());

const place = (...words: string[]) => join(story.tftpRoot, 'maas/amd64/base', ...words);
const installer = (name: string) => `${imagesOf('precise')}/netboot/ubuntu-installer/amd64/${name}`;

describe('a download', () => {
  test('that breaks off is taken up again where it stopped', async () => {
    story.offer('v1');
    story.offerSums();
    story.server.faults.set('linux', 'cut once');
    expect(await story.run()).toMatchObject({ exit: 0, stderr: '' });
    expect(await readFile(place('precise/install/linux'), 'utf8')).toBe(contentOf('v1', 'linux'));
    const whole = ['linux', 'initrd.gz', 'pxelinux.0'].reduce((sum, name) => sum + contentOf('v1', name).length, 0);
    const sums = String(story.server.files.get(`${imagesOf('precise')}/SHA256SUMS`)).length;
    expect(story.server.sent()).toBe(whole + sums);
  });

  test.each(['truncated', 'empty', 'html', '404', '500'] as const)('that is %s keeps the old pair', async (fault) => {
    story.offer('v1');
    await story.run();
    story.offer('v2');
    story.server.faults.set('linux', fault);
    const { exit, stderr } = await story.run();
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining(installer('linux')) });
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
  });

  test('is not led to a file of this machine by a redirection', async () => {
    story.offer('v1');
    const server = await import('node:http').then(({ createServer }) =>
      createServer((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()),
    );
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const { port } = server.address() as { port: number };
      const { exit, stderr } = await story.run({ ARCHIVE: `http://127.0.0.1:${port}` });
      expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining('a redirection to file:') });
    } finally {
      server.close();
    }
  });

  test('can be done by a command, whose file is taken by its base name', async () => {
    story.offer('v1');
    const fetcher = join(story.folder, 'fetch it');
    await writeFile(fetcher, '#!/bin/sh\n[ "$1" = --quietly ] && exec curl -fsSO "$2"\n');
    await chmod(fetcher, 0o755);
    const DOWNLOAD = `'${fetcher}' --quietly`;
    expect(await story.run({ DOWNLOAD })).toMatchObject({ exit: 0 });
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
    const before = await stat(place('precise/install/linux'));
    await story.run({ DOWNLOAD });
    expect(await stat(place('precise/install/linux'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    story.server.faults.set('linux', '404');
    expect(await story.run({ DOWNLOAD })).toMatchObject({ exit: 1, stderr: expect.stringContaining('404') });
  });
});

describe('sums', () => {
  beforeEach(() => {
    story.offer('v1');
    story.offerSums();
  });

  test('that are right are told by the record', async () => {
    expect(await story.run()).toMatchObject({ exit: 0, stderr: '' });
    const id = (await readlink(place('precise/install'))).replace('.versions/', '');
    expect(JSON.parse(await readFile(place(`precise/.versions/${id}.json`), 'utf8'))).toMatchObject({
      checked: 'sums',
    });
  });

  test('that are wrong keep the old pair, and the file is named', async () => {
    await story.run();
    story.offer('v2');
    const { exit, stderr } = await story.run();
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining('netboot.sum-wrong') });
    expect(stderr).toContain(installer('initrd.gz'));
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
    expect(await readFile(place('pxelinux.0'), 'utf8')).toBe(contentOf('v1', 'pxelinux.0'));
  });
});

describe('signatures', () => {
  let KEYRING = '';
  const sign = async (words: readonly string[], text: string) =>
    (await execa('gpg', ['--homedir', join(story.folder, 'gnupg'), '--batch', ...words], { input: text })).stdout;

  beforeEach(async () => {
    const home = join(story.folder, 'gnupg');
    await mkdir(home, { mode: 0o700 });
    const key = ['--passphrase', '', '--quick-generate-key', 'archive@example.org', 'ed25519', 'sign', 'never'];
    await execa('gpg', ['--homedir', home, '--batch', ...key]);
    KEYRING = join(story.folder, 'keyring.gpg');
    await execa('gpg', ['--homedir', home, '--batch', '--output', KEYRING, '--export', 'archive@example.org']);
  });
  afterEach(() => execa('gpgconf', ['--homedir', join(story.folder, 'gnupg'), '--kill', 'all']));

  test('beside the sums, as Ubuntu has them', async () => {
    story.offer('v1');
    story.offerSums();
    const sums = `${imagesOf('precise')}/SHA256SUMS`;
    expect(await story.run({ KEYRING })).toMatchObject({ exit: 1, stderr: expect.stringContaining('sums-unsigned') });
    const text = String(story.server.files.get(sums));
    story.server.files.set(`${sums}.gpg`, await sign(['--armor', '--detach-sign'], text));
    expect(await story.run({ KEYRING })).toMatchObject({ exit: 0, stderr: '' });
    story.offer('v2');
    story.offerSums();
    expect(await story.run({ KEYRING })).toMatchObject({ exit: 1, stderr: expect.stringContaining('signature-wrong') });
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
  });

  test('of the release, as Debian has them: text around what is signed counts for nothing', async () => {
    const DISTRIBUTION = 'debian';
    story.offer('v1', 'precise', 'debian');
    story.offerSums();
    const path = 'main/installer-amd64/current/images/SHA256SUMS';
    const release = (sums: string) => `Suite: precise\nSHA256:\n ${sha256(sums)} ${sums.length} ${path}\n`;
    const inRelease = async () => {
      const text = release(String(story.server.files.get(`precise/${path}`)));
      return sign(['--clear-sign'], text);
    };
    story.server.files.set('precise/InRelease', await inRelease());
    expect(await story.run({ KEYRING, DISTRIBUTION })).toMatchObject({ exit: 0, stderr: '' });

    story.offer('v2', 'precise', 'debian');
    story.offerSums();
    const forged = release(String(story.server.files.get(`precise/${path}`)));
    story.server.files.set('precise/InRelease', `${forged}\n${String(story.server.files.get('precise/InRelease'))}`);
    expect(await story.run({ KEYRING, DISTRIBUTION })).toMatchObject({ exit: 1 });
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
    story.server.files.set('precise/InRelease', await inRelease());
    expect(await story.run({ KEYRING, DISTRIBUTION })).toMatchObject({ exit: 0 });
    expect(await versionsRead(story.tftpRoot)).toEqual(['v2', 'v2']);
  });

  test('are asked for also where what is there was taken unsigned', async () => {
    story.offer('v1');
    story.offerSums();
    await story.run();
    expect(await story.run({ KEYRING })).toMatchObject({ exit: 1, stderr: expect.stringContaining('sums-unsigned') });
  });
});

describe('what is unchanged', () => {
  test('of 100 releases is neither sent nor written again', async () => {
    const releases = Array.from({ length: 100 }, (_, index) => `release${index}`);
    for (const release of releases) story.offer('v1', release);
    const settings = { RELEASES: releases.join(' '), CURRENT_RELEASE: 'release0' };
    expect((await story.run(settings)).exit).toBe(0);
    const first = { bodies: story.server.sent(), all: story.server.sentInAll(), files: await written() };
    expect(first.files.size).toBe(100 * 3 + 2);

    expect(await story.run(settings)).toMatchObject({ exit: 0, stderr: '' });
    expect(story.server.sent()).toBe(first.bodies);
    const again = story.server.sentInAll() - first.all;
    expect(again).toBeLessThan(1_000_000);
    expect(again / first.all).toBeLessThan(1 / 50);
    expect(await written()).toEqual(first.files);
  });

  test('but was changed here is fetched again, and what was changed is kept', async () => {
    story.offer('v1');
    await story.run();
    const [old] = await readdir(place('precise/.versions'));
    await writeFile(place('precise/install/linux'), 'mine');
    expect(await story.run()).toMatchObject({ exit: 0, stderr: '' });
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
    expect(await readFile(place('precise/.versions', old ?? '', 'linux'), 'utf8')).toBe('mine');
  });

  test('of what another program put there keeps its inode', async () => {
    story.offer('v1');
    await mkdir(place('precise/install'), { recursive: true });
    await writeFile(place('precise/install/linux'), contentOf('v1', 'linux'));
    await writeFile(place('precise/install/initrd.gz'), 'older');
    const before = await stat(place('precise/install/linux'));
    expect(await story.run()).toMatchObject({ exit: 0 });
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
    expect((await stat(place('precise/install/linux'))).ino).toBe(before.ino);
    expect(await readFile(place('precise/.versions/before/initrd.gz'), 'utf8')).toBe('older');
  });

  /** Inode and time of each file, those of the store too. */
  async function written(): Promise<Map<string, string>> {
    const names = await readdir(story.tftpRoot, { recursive: true });
    const found = await Promise.all(
      names.map(async (name) => {
        const status = await stat(join(story.tftpRoot, name), { bigint: true });
        return status.isFile() && !name.includes('/install/')
          ? [[name, `${status.ino} ${status.mtimeNs}`] as const]
          : [];
      }),
    );
    return new Map(found.flat());
  }
});

describe('a switch', () => {
  test('is never seen half done: 2,000 reads, 100 switches', async () => {
    story.offer('v0');
    await story.run();
    let isSwitching = true;
    const switching = (async () => {
      for (let version = 1; version <= 100; version += 1) {
        story.offer(`v${version}`);
        expect((await story.run()).exit).toBe(0);
      }
    })().finally(() => {
      isSwitching = false;
    });
    const seen = new Set<string>();
    let reads = 0;
    for (; reads < 2000 || isSwitching; reads += 1) {
      const [kernel, initrd] = await versionsRead(story.tftpRoot);
      expect(initrd).toBe(kernel);
      seen.add(kernel);
    }
    await switching;
    expect(reads).toBeGreaterThanOrEqual(2000);
    expect(seen.size).toBeGreaterThan(50);
  }, 120_000);

  test('back to a version that is still there makes none', async () => {
    for (const version of ['v1', 'v2', 'v1']) {
      story.offer(version);
      await story.run();
    }
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
    expect((await readdir(place('precise/.versions'))).filter((name) => !name.endsWith('.json'))).toHaveLength(2);
  });

  test('leaves alone what a link of an admin led to', async () => {
    story.offer('v1');
    const elsewhere = join(story.folder, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'linux'), 'theirs');
    await mkdir(place('precise'), { recursive: true });
    await symlink(elsewhere, place('precise/install'));
    expect(await story.run()).toMatchObject({ exit: 0 });
    expect(await readFile(join(elsewhere, 'linux'), 'utf8')).toBe('theirs');
    expect(await versionsRead(story.tftpRoot)).toEqual(['v1', 'v1']);
  });
});

test('two imports at once: the second is refused, and told why', async () => {
  await mkdir(story.tftpRoot);
  const held = execa('flock', ['--exclusive', story.tftpRoot, 'sh', '-c', 'echo held; exec cat']);
  await new Promise((resolve) => held.stdout.once('data', resolve));
  await expect(story.run()).rejects.toMatchObject({ code: 'netboot.locked', subject: story.tftpRoot });
  held.kill();
  await held.catch(() => undefined);
});

test.each([
  ['RELEASES', '../../etc'],
  ['ARCHES', 'amd64/../../..'],
  ['CURRENT_RELEASE', '..'],
  ['RELEASES', '.versions'],
  ['ARCHES', '%2e%2e'],
] as const)('%s=%s leads nowhere else', async (name, value) => {
  await expect(story.run({ [name]: value })).rejects.toMatchObject({
    code: 'netboot.setting-wrong',
    subject: `test: ${name}`,
  });
  await rm(story.tftpRoot, { recursive: true, force: true });
  expect(story.server.asked).toEqual([]);
});

describe('the store', () => {
  const provision = async (...words: string[]) => {
    const { main } = await import('../../../src/provision/main.ts');
    const lines: string[] = [];
    const values: unknown[] = [];
    const terminal = {
      out: (line: string) => void lines.push(line),
      err: (line: string) => void lines.push(line),
      json: (value: unknown) => void values.push(value),
      verbatim: () => undefined,
    };
    const exit = await main(['netboot', ...words, '--tftp-root', story.tftpRoot], 'gandi-provision', terminal);
    return { exit, lines, values };
  };

  beforeEach(async () => {
    for (const version of ['v1', 'v2', 'v3']) {
      story.offer(version);
      await story.run();
    }
  });

  test('lists the loader and every version, the current one first', async () => {
    const { values } = await provision('list', '--json');
    expect(values).toMatchObject([
      [
        { place: 'maas/amd64/base/pxelinux.0', isCurrent: true },
        { place: 'maas/amd64/base/precise/install', isCurrent: true, checked: 'nothing' },
        { isCurrent: false },
        { isCurrent: false },
      ],
    ]);
    expect((await provision('list')).lines).toHaveLength(5);
  });

  test('tells which file is not as it came', async () => {
    expect(await provision('verify')).toMatchObject({ exit: 0 });
    const path = place(
      'precise/.versions',
      (await readlink(place('precise/install'))).slice('.versions/'.length),
      'linux',
    );
    const { mtime, atime } = await stat(path);
    await writeFile(path, contentOf('v9', 'linux'));
    await import('node:fs/promises').then(({ utimes }) => utimes(path, atime, mtime));
    const { exit, lines } = await provision('verify');
    expect({ exit, line: lines[0] }).toEqual({ exit: 1, line: `${path}: changed` });
  });

  test('is pruned of all but the current version and the one before it', async () => {
    const planned = await provision('prune', '--dry-run');
    expect(planned.lines).toHaveLength(1);
    expect(await provision('prune')).toEqual({ exit: 0, lines: planned.lines, values: [] });
    expect((await provision('prune', '--keep', '0')).lines).toHaveLength(1);
    expect(await readdir(place('precise/.versions'))).toHaveLength(2);
    expect(await versionsRead(story.tftpRoot)).toEqual(['v3', 'v3']);
  });
});
