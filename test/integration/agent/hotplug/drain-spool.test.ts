import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mountOverlay, reasonAgainstOverlay } from '../../build/overlay.ts';

// In the place of the executable: it says when it begins and ends, takes its time, and answers what was there when it came.
const agent = `#!/bin/sh
echo begin >>/run/gandi/calls
entries=$(quick-ls /run/gandi/spool)
sleep 0.3
for entry in $entries; do rm "/run/gandi/spool/$entry"; done
echo end >>/run/gandi/calls
[ ! -e /run/gandi/leaves-a-child ] || sleep 3 &
`;

describe('where no systemd watches the spool', async () => {
  const reason = await reasonAgainstOverlay();
  let folder = '';
  let root = '';
  let sequence = 0;

  beforeAll(async () => {
    if (reason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), 'gandi-drain-'));
    await execa('mount', ['-t', 'tmpfs', 'none', folder]);
    root = await mountOverlay(folder);
    await execa('mount', ['-t', 'proc', 'none', join(root, 'proc')]);
    await execa('mount', ['--bind', '/dev', join(root, 'dev')]);
    const programs = join(root, 'usr/lib/gandi');
    await mkdir(programs, { recursive: true });
    await copyFile('rules/spool-event', join(programs, 'spool-event'));
    await copyFile('libexec/drain-spool', join(programs, 'drain-spool'));
    await writeFile(join(programs, 'gandi-agent'), agent, { mode: 0o755 });
    // The moment between the last look at the spool and the end lasts long enough for an event.
    await rename(join(root, 'usr/bin/ls'), join(root, 'usr/bin/quick-ls'));
    await writeFile(join(root, 'usr/bin/ls'), '#!/bin/sh\nquick-ls "$@"\nsleep 0.3\n', { mode: 0o755 });
  });
  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    await rm(join(root, 'run/gandi'), { recursive: true, force: true });
  });
  afterAll(async () => {
    if (folder === '') return;
    await execa('umount', ['--recursive', '--lazy', folder]);
    await rm(folder, { recursive: true });
  });

  const inRun = (name: string) => join(root, 'run/gandi', name);
  const startHotplug = async () => {
    await mkdir(inRun('spool'), { recursive: true });
    await writeFile(inRun('events-start-drain'), '');
  };
  const event = () => {
    const env = { SEQNUM: String(++sequence), ACTION: 'add', PATH: process.env.PATH ?? '' };
    return execa('chroot', [root, '/usr/lib/gandi/spool-event', 'disk'], { env, extendEnv: false });
  };
  const calls = async () => (await readFile(inRun('calls'), 'utf8').catch(() => '')).trim().split('\n');
  const waiting = () => readdir(inRun('spool'));

  test('an event of before the service was started waits', async () => {
    await event();
    expect(await waiting()).toHaveLength(1);
    expect(await readdir(inRun(''))).not.toContain('drain.lock');
  });

  test('one event that several processes report at the same time is one entry, and none of them fails', async () => {
    const twice = { SEQNUM: '000090007', ACTION: 'change', PATH: process.env.PATH ?? '' };
    const report = () =>
      execa('chroot', [root, '/usr/lib/gandi/spool-event', 'disk'], { env: twice, extendEnv: false });
    await Promise.all(Array.from({ length: 40 }, report));
    expect(await waiting()).toEqual(['000090007-disk']);
    expect(await readdir(inRun('incoming'))).toEqual([]);
  });

  test('thirty events at once are all answered, by one handler at a time and few in all', async () => {
    await startHotplug();
    await Promise.all(Array.from({ length: 30 }, event));
    await expect.poll(waiting, { timeout: 20_000 }).toEqual([]);
    await expect.poll(async () => (await calls()).at(-1)).toBe('end');
    const said = await calls();
    expect(said).toEqual(said.map((_, index) => (index % 2 === 0 ? 'begin' : 'end')));
    expect(said.length / 2).toBeLessThan(10);
  });

  test('an event in the last moment of a handler is not lost', async () => {
    await startHotplug();
    for (let round = 0; round < 6; round++) {
      await event();
      await expect.poll(waiting, { timeout: 10_000, interval: 5 }).toEqual([]);
    }
  });

  test('what a handler leaves behind, such as a mount of a disk that hangs, does not hold up the next', async () => {
    await startHotplug();
    await writeFile(inRun('leaves-a-child'), '');
    await event();
    await expect.poll(calls, { timeout: 10_000 }).toEqual(['begin', 'end']);
    await event();
    await expect.poll(waiting, { timeout: 2_000 }).toEqual([]);
  });
});
