import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';

const minute = 60_000;

/** A small file system in the place of a folder, in a mount name space of its own; what is left there is told at the end. */
const onSmallDisk = `set -eu
folder=$1 mib=$2 out=$3
shift 3
mount -n -t tmpfs -o size="$mib"m tmpfs "$folder"
cd "$out"
status=0
"$@" || status=$?
find "$folder" -mindepth 1 -printf '@@ left %p\\n'
exit "$status"`;

describe('a disk that is full ends a build with an error that says so, and nothing is left', () => {
  let workshop: Workshop;
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('these builds are those of root');
    workshop = await openWorkshop();
    // What no tool makes smaller.
    const hook = '#!/bin/bash\nmkdir /srv\nhead --bytes=16000000 /dev/urandom >/srv/big\n';
    await workshop.element('own/install.d/50-own', hook);
  });
  afterEach(() => workshop?.remove());

  const build = async (folder: string, mib: number, types: string) => {
    const before = ['unshare', '--mount', 'sh', '-c', onSmallDisk, 'sh', folder, String(mib), workshop.out];
    const environment = { DIB_NO_TMPFS: '1', TINY_OS_PROGRAMS: 'head' };
    const words = ['image', 'build', '-n', '-u', '-t', types, 'tiny-os', 'own'];
    const { status, lines } = await workshop.start(words, { before, environment }).ended;
    expect(status, lines.slice(-10).join('\n')).not.toBe(0);
    expect(lines.filter((line) => line.startsWith('@@ left'))).toEqual([]);
    expect(await workshop.leftovers()).toEqual([]);
    return lines.slice(-10).join('\n');
  };

  test.each([
    ['root.d', 2, 'No space left on device'],
    ['a hook', 16, 'No space left on device'],
    ['the images', 30, 'output.disk-full'],
  ])('the folder for temporary files, in %s', { timeout: 2 * minute }, async (_, mib, told) => {
    expect(await build(workshop.temporary, mib, 'tar,raw,qcow2')).toContain(told);
  });

  test.each(['tar', 'raw', 'qcow2', 'tgz', 'squashfs'])(
    'the folder of the images, for a %s',
    { timeout: 2 * minute },
    async (type) => {
      expect(await build(workshop.out, 3, type)).toMatch(/output.disk-full|No space left on device/);
    },
  );
});
