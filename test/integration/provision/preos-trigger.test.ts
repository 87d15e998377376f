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

async function script(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}

function filesFor(command: string) {
  const [debian] = distributions;
  if (debian === undefined) throw new Error('debian is not there');
  const parsed = parseArguments(buildArguments('test'), ['-C', '-t', command, 'tree']);
  return planTree(debian, buildOptionsOf(parsed, debian, '/', null), []).files;
}
