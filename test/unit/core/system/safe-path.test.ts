import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { followFolder } from '../../../../src/core/system/safe-path.ts';
import { fakeMachine } from '../../agent/facts/fake-machine.ts';

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip("needs root, for files of root's");
});

test.each([
  ['a folder', '/srv', {}, '/srv'],
  ['a relative link', '/srv', { '/srv': '->var/srv' }, '/var/srv'],
  ['an absolute link', '/srv', { '/srv': '->/var/srv' }, '/var/srv'],
  ['a link that leads up', '/a/srv', { '/a/srv': '->../var/../srv' }, '/srv'],
  ['a link to nothing yet', '/srv', { '/srv': '->/var/new/srv' }, '/var/new/srv'],
])('%s leads where only root decides', async (_, path, tree, expected) => {
  const system = await fakeMachine({ '/var/srv/x': '', ...tree });
  expect(await followFolder(system, path)).toEqual({ path: expected, unsafePart: undefined });
});

test.each([
  ['itself', '/srv', {}, '/srv'],
  ['a folder above it', '/srv/disks', {}, '/srv'],
  ['the folder of a link on the way', '/srv/link', { '/srv/link': '->/var/srv' }, '/srv'],
  ['what a link leads to', '/link', { '/link': '->srv' }, '/srv'],
  ['links without end', '/link', { '/link': '->link' }, '/link'],
])('others decide about %s', async (_, path, tree, unsafePart) => {
  const system = await fakeMachine({ '/var/srv/x': '', ...tree });
  await mkdir(await system.files.hostPath('/srv'), { recursive: true });
  await chmod(join(await system.files.hostPath('/'), 'srv'), 0o775);
  expect(await followFolder(system, path)).toMatchObject({ unsafePart });
});
