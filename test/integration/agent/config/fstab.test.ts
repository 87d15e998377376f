import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyAction } from '../../../../src/agent/action/kind.ts';
import { kinds } from '../../../../src/agent/actions.ts';
import { machineTree } from '../../../unit/core/system/machine-tree.ts';

const old = '/dev/gone1 / ext4 defaults 0 1\n/dev/gone2 /nowhere ext4 nofail 0 0\n';

async function replaceFstab(content: string) {
  const { system, root } = await machineTree({ '/etc/fstab': old });
  const backup = '/etc/fstab.gandi-20260131';
  const action = { kind: 'replace-checked', path: '/etc/fstab', content, mode: 0o644, check: 'fstab', backup } as const;
  const done = await applyAction(action, kinds, { ...system, root: '/' }).then(
    () => 'written',
    (error: { code: string }) => error.code,
  );
  return { done, read: (path: string) => readFile(join(root, path), 'utf8') };
}

test('a file in which findmnt finds nothing new is written, and the old one is kept', async () => {
  const content = old.replace('nofail', 'nofail,noatime');
  const { done, read } = await replaceFstab(content);
  expect(done).toBe('written');
  expect(await read('/etc/fstab')).toBe(content);
  expect(await read('/etc/fstab.gandi-20260131')).toBe(old);
});

test.each([
  ['a line that cannot be one', `${old}x\n`],
  ['a root file system that is not there', old.replace('/dev/gone1', 'UUID=00000000-1111-2222-3333-444444444444')],
])('D7: %s is refused, and the old file stays', async (_, content) => {
  const { done, read } = await replaceFstab(content);
  expect(done).toBe('file.refused-by-check');
  expect(await read('/etc/fstab')).toBe(old);
});
