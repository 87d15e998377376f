import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';

const words = ['image', 'build', '-n', '-t', 'tar', 'tiny-os', 'own'];
const minute = 60_000;

describe('whatever ends a build, nothing of it is left', () => {
  let workshop: Workshop;
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('these builds are those of root');
    workshop = await openWorkshop();
  });
  afterEach(() => workshop?.remove());

  const phases = [
    'root',
    'extra-data',
    'pre-install',
    'install',
    'post-install',
    'post-root',
    'block-device',
    'pre-finalise',
    'finalise',
    'cleanup',
  ];

  test.each(phases)(
    'a hook of %s.d that fails: its status is that of the build',
    { timeout: 2 * minute },
    async (phase) => {
      await workshop.element(`own/${phase}.d/60-fails`, '#!/bin/sh\nexit 37\n');
      const { status, lines } = await workshop.start(words).ended;
      expect(lines.at(-1)).toContain(`${phase}.d/60-fails: it ended with status 37`);
      // No program of the builder fails on the way to the end.
      expect(lines.filter((line) => /^u?mount: /.test(line))).toEqual([]);
      expect(status).toBe(37);
      expect(await workshop.leftovers()).toEqual([]);
      expect(await readdir(workshop.out)).toEqual([]);
    },
  );

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: its status is %i, and the hook has ended too', { timeout: 2 * minute }, async (signal, expected) => {
    await workshop.element('own/install.d/60-waits', '#!/bin/bash\nsleep 1000 & echo "waiting"; wait\n');
    const build = workshop.start(words);
    await build.line(/^waiting$/);
    build.kill(signal);
    expect((await build.ended).status).toBe(expected);
    expect(await workshop.leftovers()).toEqual([]);
    expect(await processesOf(build.pid)).toEqual([]);
  });

  test('a second signal, while the folders of the build are removed', { timeout: 2 * minute }, async () => {
    // Their removal takes a while.
    const many = 'mkdir "$TARGET_ROOT/many"; cd "$TARGET_ROOT/many"; for number in {1..20000}; do : >$number; done';
    await workshop.element('own/root.d/70-many', `#!/bin/bash\nset -eu\n${many}\n`);
    await workshop.element('own/install.d/60-waits', '#!/bin/bash\necho "waiting"; sleep 1000\n');
    const build = workshop.start(words, { environment: { DIB_NO_TMPFS: '1' } });
    await build.line(/^waiting$/);
    build.kill('SIGINT');
    await build.line(/stopped by SIGINT$/);
    build.kill('SIGINT');
    expect((await build.ended).status).toBe(130);
    expect(await workshop.leftovers()).toEqual([]);
  });

  test('a build stops where somebody wants to look, and goes on', { timeout: 2 * minute }, async () => {
    await workshop.element('own/install.d/60-says', '#!/bin/sh\necho "@@ hook"\nexit 3\n');
    const environment = { break: 'before-install,after-error', break_cmd: 'echo "@@ stopped in $(pwd)"' };
    const { status, lines } = await workshop.start(words, { environment }).ended;
    expect(lines.filter((line) => line.startsWith('@@'))).toEqual(['@@ stopped in /', '@@ hook', '@@ stopped in /']);
    expect(status).toBe(3);
    expect(await workshop.leftovers()).toEqual([]);
  });

  test('a killed process inside of the build', { timeout: 2 * minute }, async () => {
    await workshop.element('own/post-install.d/60-waits', '#!/bin/bash\necho "waiting"; sleep 1000\n');
    const build = workshop.start(words);
    await build.line(/^waiting$/);
    const inside = (await processesOf(build.pid)).filter((pid) => pid !== build.pid);
    expect(inside.length).toBeGreaterThan(0);
    for (const pid of inside) killIfThere(pid);
    expect((await build.ended).status).toBe(137);
    expect(await workshop.leftovers()).toEqual([]);
  });

  test.each([
    ['in memory', '0'],
    ['on disk', '1'],
  ])(
    'a killed builder, %s: its hooks end at once, and the next build clears its folders',
    { timeout: 2 * minute },
    async (_, onDisk) => {
      const environment = { DIB_NO_TMPFS: onDisk };
      await workshop.element(
        'own/install.d/60-waits',
        '#!/bin/bash\necho "waiting"; [ -e /etc/never ] || sleep 1000\n',
      );
      const killed = workshop.start(words, { environment });
      await killed.line(/^waiting$/);
      killed.kill('SIGKILL');
      // Its output ends when nothing has it open any more: the hooks are gone.
      expect((await killed.ended).status).toBe('SIGKILL');
      expect((await workshop.leftovers()).map((name) => name.replace(/\.\w+$/, '')).sort()).toEqual([
        'dib_build',
        'dib_image',
      ]);
      const next = await workshop.start(['image', 'build', '-n', '-t', 'tar', 'tiny-os']).ended;
      expect(next.status).toBe(0);
      expect(next.lines.filter((line) => line.startsWith('removed '))).toHaveLength(2);
      expect(await workshop.leftovers()).toEqual([]);
    },
  );

  test('a daemon that a hook leaves does not keep the build from its end', { timeout: 2 * minute }, async () => {
    await workshop.element('own/install.d/60-daemon', '#!/bin/bash\nsleep 1000 &\n');
    const build = workshop.start(words);
    expect((await build.ended).status).toBe(0);
    expect(await workshop.leftovers()).toEqual([]);
    expect(await readdir(workshop.out)).toEqual(['image.cdx.json', 'image.image.json', 'image.tar']);
  });

  test.each([
    ['a type that is none', ['-t', 'floppy'], 'floppy'],
    ['a folder that is not there', ['-o', 'nowhere/image'], 'nowhere'],
    ['an element above the folders of elements', ['../own'], '../own'],
  ])('%s is refused before anything runs', { timeout: minute }, async (_, more, named) => {
    await workshop.element('own/root.d/00-marks', '#!/bin/sh\necho ran\n');
    const { status, lines } = await workshop.start(['image', 'build', '-n', 'tiny-os', 'own', ...more]).ended;
    expect(status).not.toBe(0);
    expect(lines.at(-1)).toContain(named);
    expect(lines).not.toContain('ran');
    expect(await workshop.leftovers()).toEqual([]);
  });

  test('programs that are missing are named with their packages before anything runs', {
    timeout: minute,
  }, async () => {
    const hide = 'for tool in mksquashfs qemu-img; do mount --bind /dev/null /usr/bin/$tool; done; exec "$@"';
    const before = ['unshare', '--mount', '--', 'sh', '-euc', hide, 'sh'];
    await workshop.element('own/root.d/00-marks', '#!/bin/sh\necho ran\n');
    const more = ['-t', 'tar,squashfs,qcow2'];
    const { status, lines } = await workshop.start([...words, ...more], { before }).ended;
    expect(status).toBe(1);
    expect(lines.at(-1)).toMatch(/mksquashfs, qemu-img: .*image\.tool-missing.*install squashfs-tools qemu-utils$/);
    expect(lines).not.toContain('ran');
    expect(await workshop.leftovers()).toEqual([]);
  });

  test('a tree whose folder is a link to this host is refused', { timeout: minute }, async () => {
    await workshop.element(
      'own/root.d/60-leaves',
      `#!/bin/sh\nrmdir "$TARGET_ROOT/tmp"\nln -s ${workshop.out} "$TARGET_ROOT/tmp"\n`,
    );
    const { status, lines } = await workshop.start(words).ended;
    expect(status).toBe(1);
    expect(lines.at(-1)).toContain(`/tmp: it is a link to ${workshop.out}`);
    expect(await readdir(workshop.out)).toEqual([]);
  });
});

/** A process and those that it started, by their numbers. */
async function processesOf(pid: number): Promise<number[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    numbers.map(async (number) => {
      const text = await readFile(join('/proc', number, 'stat'), 'utf8').catch(() => '');
      return [Number(number), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])] as const;
    }),
  );
  const found = new Set([pid]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  return parents.map(([number]) => number).filter((number) => found.has(number));
}

/** Kills a process that may have ended by itself, as its parent or its child was killed before it. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
