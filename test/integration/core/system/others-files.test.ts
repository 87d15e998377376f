import { chmod, chown, lstat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { machineTree } from '../../../unit/core/system/machine-tree.ts';
import { requirePrograms } from '../../agent/action/loop-disk.ts';

beforeEach((context) => requirePrograms(context));

const somebody = 4321;

test('a file made for a person never takes the place of another', async () => {
  const { system, root } = await machineTree({ '/tmp/theirs': '' });
  await chown(join(root, 'tmp/theirs'), somebody, somebody);
  await expect(system.files.create('/tmp/theirs', 'mine', 0o600)).rejects.toMatchObject({ code: 'file.exists' });
  await symlink('elsewhere', join(root, 'tmp/link'));
  await expect(system.files.create('/tmp/link', 'mine', 0o600)).rejects.toMatchObject({ code: 'file.exists' });
  await system.files.create('/tmp/mine', 'mine', 0o600);
  const { uid, mode } = await lstat(join(root, 'tmp/mine'));
  expect([uid, mode & 0o777]).toEqual([process.getuid?.(), 0o600]);
});

test.each([
  ['of root alone keeps its owner and its mode', 0o755, somebody, 0o666],
  ['where everybody may make files gets neither', 0o1777, process.getuid?.(), 0o600],
])('a replaced file in a folder %s', async (_, folderMode, owner, mode) => {
  const { system, root } = await machineTree({ '/srv/there/first': '' });
  const place = join(root, 'srv/there/first');
  await chmod(join(root, 'srv/there'), folderMode);
  await chown(place, somebody, somebody);
  await chmod(place, 0o666);
  await system.files.replace('/srv/there/first', 'new', { mode: 0o600 });
  const status = await lstat(place);
  expect([status.uid, status.mode & 0o777]).toEqual([owner, mode]);
});
