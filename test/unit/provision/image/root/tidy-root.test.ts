import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tidyRoot } from '../../../../../src/provision/image/root/tidy-root.ts';

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'gandi-tidy-root-'));
  await mkdir(join(tree, 'srv'));
  await writeFile(join(tree, 'srv/own.log'), 'kept');
});
afterEach(() => rm(tree, { recursive: true }));

test('/tmp and logs are emptied, and logs of root are gone', async () => {
  await mkdir(join(tree, 'tmp/deep'), { recursive: true });
  await mkdir(join(tree, 'var/log/apt'), { recursive: true });
  await mkdir(join(tree, 'root/deep'), { recursive: true });
  for (const path of ['var/log/apt/history', 'root/deep/x.log', 'root/y']) await writeFile(join(tree, path), 'text');
  await tidyRoot(tree);
  expect(await readdir(join(tree, 'tmp'))).toEqual([]);
  expect(await readFile(join(tree, 'var/log/apt/history'), 'utf8')).toBe('');
  expect(await readdir(join(tree, 'root'), { recursive: true })).toEqual(['deep', 'y']);
});

test.each([
  ['var/log', '../srv'],
  ['var/log', '/srv'],
  ['root', 'srv'],
  ['var', 'srv'],
])('a link at /%s to %s is left as it is, with what it leads to', async (path, target) => {
  await mkdir(join(tree, path, '..'), { recursive: true });
  await symlink(target, join(tree, path));
  await tidyRoot(tree);
  expect(await readFile(join(tree, 'srv/own.log'), 'utf8')).toBe('kept');
});

test('a link at /tmp is refused', async () => {
  await symlink('srv', join(tree, 'tmp'));
  await expect(tidyRoot(tree)).rejects.toMatchObject({ code: 'image.root-leaves', subject: '/tmp' });
});
