import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { buildArguments } from '../../../src/provision/preos/build-arguments.ts';
import { buildOptionsOf } from '../../../src/provision/preos/build-options.ts';
import { distributions } from '../../../src/provision/preos/distributions.ts';
import { parseArguments } from '../../../src/provision/preos/parse-arguments.ts';
import { planTree } from '../../../src/provision/preos/plan-tree.ts';

test('the trigger is run until it succeeds, each time after a longer wait, at most a minute', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-preos-'));
  try {
    const command = `echo run >> '${folder}/runs'; [ "$(wc -l < '${folder}/runs')" -gt 8 ]`;
    for (const { path, content } of filesFor(command).filter((file) => file.path.startsWith('usr/lib/preos/')))
      await script(join(folder, path.slice('usr/lib/preos/'.length)), content.replaceAll('/usr/lib/preos', folder));
    // In place of sleep(1): writes down how long it was to be.
    await script(join(folder, 'sleep'), `#!/bin/sh\necho "$1" >> '${folder}/waits'\n`);
    await execa(join(folder, 'trigger'), { env: { PATH: `${folder}:/usr/bin:/bin` }, extendEnv: false });
    expect((await readFile(join(folder, 'waits'), 'utf8')).trim().split('\n').map(Number)).toEqual([
      1, 2, 4, 8, 16, 32, 60, 60,
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['trigger=http://192.0.2.1:3000/install/', 'http://192.0.2.1:3000/install/'],
  ['trigger=http://a/ quiet trigger=http://b/install/?x=*', 'http://b/install/?x=*'],
  ['notrigger=http://a/', undefined],
  ['', undefined],
])('without a command, "%s" on the command line of the kernel asks for %s', async (words, url) => {
  const folder = await mkdtemp(join(tmpdir(), 'gandi-preos-'));
  try {
    const file = filesFor().find(({ path }) => path === 'usr/lib/preos/trigger-command');
    await writeFile(join(folder, 'cmdline'), `BOOT_IMAGE=/kernel console=ttyS0 ${words} rw\n`);
    await script(join(folder, 'command'), file?.content.replaceAll('/proc/cmdline', join(folder, 'cmdline')) ?? '');
    await script(join(folder, 'curl'), `#!/bin/sh\nfor last; do :; done\necho "$last" >'${folder}/asked'\n`);
    await execa(join(folder, 'command'), { cwd: folder, env: { PATH: `${folder}:/usr/bin:/bin` }, extendEnv: false });
    const asked = await readFile(join(folder, 'asked'), 'utf8').catch(() => undefined);
    expect(asked?.trim()).toBe(url);
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function script(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}

function filesFor(command?: string) {
  const [debian] = distributions;
  if (debian === undefined) throw new Error('debian is not there');
  const parsed = parseArguments(buildArguments('test'), [
    '-C',
    ...(command === undefined ? [] : ['-t', command]),
    'tree',
  ]);
  return planTree(debian, buildOptionsOf(parsed, debian, '/', null), []).files;
}
