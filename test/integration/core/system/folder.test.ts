import { chmod, chown, link, lstat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { machineTree } from '../../../unit/core/system/machine-tree.ts';
import { requirePrograms } from '../../agent/action/loop-disk.ts';

beforeEach((context) => requirePrograms(context));

const lea = { uid: 4321, gid: 4321 };

async function homeOf(files: Readonly<Record<string, string>>) {
  const { system, root } = await machineTree({ '/home/lea/.profile': '', ...files });
  const folder = await system.files.openFolder('/home/lea');
  if (folder === undefined) throw new Error('no folder');
  return { folder, root, place: (name: string) => join(root, 'home/lea', name) };
}

test('a hard link to a file of root gives nothing of it away, and makes way for a file of the user', async () => {
  const { folder, root, place } = await homeOf({ '/etc/secret': 'what root alone may read' });
  for (const mode of [0o600, 0o644]) {
    await chmod(join(root, 'etc/secret'), mode);
    await link(join(root, 'etc/secret'), place(`keys-${mode}`));
    expect(await folder.read(`keys-${mode}`, lea)).toBeUndefined();
    await folder.replace(`keys-${mode}`, 'new', 0o600, lea);
    expect(await lstat(place(`keys-${mode}`))).toMatchObject({ uid: lea.uid, nlink: 1 });
  }
  expect(await lstat(join(root, 'etc/secret'))).toMatchObject({ uid: 0, nlink: 1 });
  await folder[Symbol.asyncDispose]();
});

test.each([
  ['their own', lea.uid, 0o600, true],
  ['of root, for everybody to read', 0, 0o644, true],
  // The last name of a file that root has replaced elsewhere meanwhile, as passwd(1) does with /etc/shadow.
  ['of root alone', 0, 0o640, false],
  ['of somebody else', 5678, 0o644, false],
])('a file %s', async (_, owner, mode, isRead) => {
  const { folder, place } = await homeOf({});
  await writeFile(place('keys'), 'text');
  await chown(place('keys'), owner, owner);
  await chmod(place('keys'), mode);
  expect(await folder.read('keys', lea)).toBe(isRead ? 'text' : undefined);
  await folder[Symbol.asyncDispose]();
});
