import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from './own-build.ts';

const minute = 60_000;
const words = ['image', 'build', '-n', '--loop', '-t', 'raw,tar', 'tiny-os', 'block-device-mbr', 'own'];

describe('a build with --loop', { timeout: 2 * minute }, () => {
  let workshop: Workshop;
  beforeEach(async (context) => {
    if (process.getuid?.() !== 0) context.skip('loop devices are for root');
    const { exitCode } = await execa('losetup', ['--find'], { reject: false });
    if (exitCode !== 0) context.skip('this machine has no loop devices');
    workshop = await openWorkshop();
    await workshop.element('own/README', 'an element without hooks\n');
  });
  afterEach(() => workshop?.remove());

  test('hooks find the disk as a device, and what they do to it is in the image', async () => {
    await workshop.element('own/pre-finalise.d/60-host', hostHook);
    await workshop.element('own/finalise.d/60-root', rootHook);
    const { status, lines } = await workshop.start(words).ended;
    expect(status, lines.slice(-10).join('\n')).toBe(0);
    const said = lines.filter((line) => line.startsWith('@@ '));
    expect(said).toEqual([
      '@@ host has the device',
      '@@ host mounted /dev/loop',
      '@@ root has the device',
      expect.stringMatching(/^@@ root mounted ext \/dev\/loop/),
    ]);
    const image = join(workshop.out, 'image.raw');
    const raw = await readFile(image);
    expect(raw.subarray(440, 444).toString()).toBe('LOOP');
    const { stdout } = await execa('debugfs', ['-R', 'cat /from-finalise', `${image}?offset=1048576`]);
    expect(stdout).toBe('written in finalise.d');
    await execa('e2fsck', ['-fn', `${image}?offset=1048576`]);
    const listed = await execa('tar', ['-tf', join(workshop.out, 'image.tar')]);
    expect(listed.stdout).toContain('./from-finalise');
    expect(await left(workshop)).toEqual([]);
  });

  test.each(['pre-finalise', 'finalise', 'cleanup'])('a hook of %s.d that fails leaves no device', async (phase) => {
    await workshop.element(`own/${phase}.d/60-fails`, '#!/bin/sh\nexit 37\n');
    expect((await workshop.start(words).ended).status).toBe(37);
    expect(await left(workshop)).toEqual([]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s leaves no device', async (signal, expected) => {
    await workshop.element('own/finalise.d/60-waits', waits);
    const build = workshop.start(words);
    await build.line(/^waiting$/);
    build.kill(signal);
    expect((await build.ended).status).toBe(expected);
    expect(await left(workshop)).toEqual([]);
  });

  test('a builder that is killed leaves no device, and the next build clears its folders', async () => {
    await workshop.element('own/finalise.d/60-waits', waits);
    const build = workshop.start(words);
    await build.line(/^waiting$/);
    build.kill('SIGKILL');
    await build.ended;
    await expect.poll(() => devicesOf(workshop)).toEqual([]);
    await workshop.element('own/finalise.d/60-waits', '#!/bin/sh\n');
    expect((await workshop.start(words).ended).status).toBe(0);
    expect(await left(workshop)).toEqual([]);
  });

  test('a device that a killed build attached and did not bind to itself is detached by the next', async () => {
    const folder = join(workshop.temporary, 'dib_build.killed');
    await mkdir(folder);
    await execa('sh', ['-c', 'echo 1-0 >.gandi-provision; truncate -s 1M disk.raw; losetup --find disk.raw'], {
      cwd: folder,
    });
    expect(await devicesOf(workshop)).toHaveLength(1);
    const { status, lines } = await workshop.start(words).ended;
    expect(status).toBe(0);
    expect(lines).toContainEqual(expect.stringContaining(`removed ${folder}`));
    expect(await left(workshop)).toEqual([]);
  });

  test('it is refused to a user other than root before anything is made', async () => {
    const before = ['setpriv', '--reuid=1000', '--regid=1000', '--clear-groups'];
    const { status, lines } = await workshop.start(words, { before }).ended;
    expect(lines.at(-1)).toContain('loop devices are for root only');
    expect(status).not.toBe(0);
    expect(await left(workshop)).toEqual([]);
  });
});

/** Puts a mark where a table of partitions keeps its identifier. */
const hostHook = `#!/bin/sh
set -eu
if [ -b "$IMAGE_BLOCK_DEVICE" ]; then echo "@@ host has the device"; fi
echo "@@ host mounted $(findmnt -n -o SOURCE --mountpoint "$TMP_MOUNT_PATH" | tr -d 0-9)"
printf LOOP | dd of="$IMAGE_BLOCK_DEVICE" bs=1 seek=440 conv=notrunc status=none
`;

/** The last mount at / is the one that is seen. */
const rootHook = `#!/bin/bash
set -eu
if [ -b "$IMAGE_BLOCK_DEVICE" ]; then echo "@@ root has the device"; fi
while read -r _ _ _ _ point rest; do
  if [ "$point" = / ]; then source=\${rest##* - }; fi
done </proc/self/mountinfo
echo "@@ root mounted \${source//[0-9]/}"
echo written in finalise.d >/from-finalise
`;

const waits = '#!/bin/bash\necho waiting; sleep 1000\n';

/** Devices of files of the workshop, and all else that a build left. */
async function left(workshop: Workshop): Promise<readonly string[]> {
  return [...(await devicesOf(workshop)), ...(await workshop.leftovers())];
}

async function devicesOf({ folder }: Workshop): Promise<readonly string[]> {
  const names = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(
    names.map((name) => readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')),
  );
  return files.filter((file) => file.includes(folder));
}
