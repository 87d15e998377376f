import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openMountPoint } from '../../../../src/agent/disk/open-mount-point.ts';
import { removeMountPoint } from '../../../../src/agent/disk/remove-mount-point.ts';
import { observeMountPoint } from '../../../../src/agent/disk/observe-mount-point.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const path = '/srv/data';

beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip("needs root, for folders of root's");
});

test.each([
  ['as the agent makes it', 0, 0, 0o755, 'empty'],
  ['made with a stricter umask', 0, 0, 0o700, 'empty'],
  ['of a user', 65534, 0, 0o755, 'of-others'],
  ['of a group', 0, 1001, 0o750, 'of-others'],
  ['that others may write', 0, 0, 0o1777, 'of-others'],
])('an empty folder %s', async (_, uid, gid, mode, state) => {
  const { system, root } = await machineTree();
  await mkdir(join(root, path), { recursive: true });
  await chown(join(root, path), uid, gid);
  await chmod(join(root, path), mode);
  expect(await observeMountPoint(system, path)).toEqual({ path, state, isMade: false });
});

test('a folder that the agent made is known as that until it removes it', async () => {
  const { system, root } = await machineTree();
  const place = await openMountPoint(path, system);
  await place[Symbol.asyncDispose]();
  expect(await observeMountPoint(system, path)).toEqual({ path, state: 'empty', isMade: true });
  await removeMountPoint({ kind: 'remove-mount-point', mountPoint: path }, system);
  await mkdir(join(root, path));
  expect(await observeMountPoint(system, path)).toEqual({ path, state: 'empty', isMade: false });
});
