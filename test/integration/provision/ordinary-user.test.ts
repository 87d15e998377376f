import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';
import { membersOf } from './read-run.ts';

const minute = 60_000;
const nobody = 65534;

/** In a mount name space of its own, where the user nobody has a range of users. */
const asNobody = (ranges: string) => [
  'unshare',
  '--mount',
  '--',
  'sh',
  '-c',
  'mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid && shift && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"',
  'sh',
  ranges,
];

describe('a user other than root', () => {
  let workshop: Workshop;
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root can become another user');
    workshop = await openWorkshop();
    for (const folder of [workshop.out, workshop.temporary]) await chown(folder, nobody, nobody);
    await workshop.element(
      'own/root.d/60-owned',
      '#!/bin/sh\necho x >"$TARGET_ROOT/etc/owned"\nchown 1000:2000 "$TARGET_ROOT/etc/owned"\n',
    );
    await workshop.element(
      'own/install.d/60-inside',
      '#!/bin/bash\necho "root is $EUID" >/etc/said; touch /proc/nothing 2>/dev/null || echo "closed"\n',
    );
    await workshop.element(
      'own/cleanup.d/60-sudo',
      '#!/bin/bash\nset -eu\necho x | sudo -n tee "$TARGET_ROOT/etc/by-sudo" >/dev/null\nsudo -E chown 7:8 "$TARGET_ROOT/etc/by-sudo"\n',
    );
  });
  afterEach(() => workshop?.remove());

  const words = ['image', 'build', '-n', '-t', 'tar,raw', 'tiny-os', 'own'];

  test('builds what root builds, with all owners, and leaves nothing', { timeout: 3 * minute }, async () => {
    const ranges = join(workshop.folder, 'ranges');
    await writeFile(ranges, 'nobody:100000:65536\n');
    const theirs = await workshop.start([...words, '-o', 'theirs'], { before: asNobody(ranges) }).ended;
    expect(theirs.status, theirs.lines.join('\n')).toBe(0);
    const roots = await workshop.start([...words, '-o', 'roots']).ended;
    expect(roots.status).toBe(0);
    const [one, other] = await Promise.all(
      ['theirs', 'roots'].map((name) => membersOf(join(workshop.out, `${name}.tar`))),
    );
    const lines = one?.map(({ line }) => line);
    expect(lines).toContain('f 0644 1000:2000 ./etc/owned');
    expect(lines).toContain('f 0644 7:8 ./etc/by-sudo');
    expect(lines).toEqual(other?.map(({ line }) => line));
    expect((await execa('e2fsck', ['-fn', join(workshop.out, 'theirs.raw')])).exitCode).toBe(0);
    expect(await workshop.leftovers()).toEqual([]);
  });

  test.each([
    [
      'a folder for images that is closed to them',
      'image.folder-closed',
      'name another one with -o',
      (closed: string) => ({ more: ['-o', `${closed}/own`] }),
    ],
    [
      'a folder for temporary files that is closed to them',
      'image.folder-closed',
      'with TMP_DIR',
      (closed: string) => ({ environment: { TMP_DIR: closed } }),
    ],
    [
      'a folder for temporary files that is not there',
      'image.folder-missing',
      'with TMP_DIR',
      (closed: string) => ({ environment: { TMP_DIR: `${closed}/nowhere` } }),
    ],
  ] as const)('is told before the build of %s', { timeout: minute }, async (...one) => {
    const [, code, remedy, givenOf] = one;
    const ranges = join(workshop.folder, 'ranges');
    await writeFile(ranges, 'nobody:100000:65536\n');
    const { more = [], environment = {} }: Given = givenOf(workshop.folder);
    const { status, lines } = await workshop.start([...words, ...more], { before: asNobody(ranges), environment })
      .ended;
    expect(status).toBe(1);
    expect(lines.at(-1)).toContain(code);
    expect(lines.at(-1)).toContain(remedy);
    expect(lines.join('\n')).not.toContain('root.d');
    expect(await workshop.leftovers()).toEqual([]);
  });

  test('is told before the build where there is no range of users for them', { timeout: minute }, async () => {
    const ranges = join(workshop.folder, 'ranges');
    await writeFile(ranges, '');
    const { status, lines } = await workshop.start(words, { before: asNobody(ranges) }).ended;
    expect(status).toBe(1);
    expect(lines.at(-1)).toContain('image.no-user-name-space');
    expect(lines.at(-1)).toContain('--add-subuids');
    expect(await workshop.leftovers()).toEqual([]);
  });
});

interface Given {
  readonly more?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}
