import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runHook } from '../../../../src/agent/action/run-hook.ts';
import { type MachineTree, machineTree } from '../../core/system/machine-tree.ts';

const path = '/etc/gandi/hooks/post-disk-attach';
const action = { kind: 'run-hook', hook: 'post-disk-attach', path, arguments: ['/dev/sdb'] } as const;

async function withHook(body = 'echo "$GANDI_HOOK $GANDI_DEVICE $1"'): Promise<MachineTree> {
  const tree = await machineTree();
  await mkdir(join(tree.root, 'etc/gandi/hooks'), { recursive: true });
  await writeFile(join(tree.root, path), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  for (const folder of ['', 'etc', 'etc/gandi', 'etc/gandi/hooks']) await chmod(join(tree.root, folder), 0o755);
  return tree;
}

test('a hook gets its arguments and its environment, and what it prints is in the journal', async () => {
  const { system, log } = await withHook();
  await runHook({ ...action, environment: { GANDI_DEVICE: '/dev/sdb' } }, system);
  expect(log).toEqual(['info: post-disk-attach says: post-disk-attach /dev/sdb /dev/sdb']);
});

test.each([path, '/etc/gandi/hooks', '/etc'])('S8: not run where others can write %s', async (part) => {
  const { system, root } = await withHook();
  await chmod(join(root, part), 0o777);
  await expect(runHook(action, system)).rejects.toMatchObject({ code: 'hook.not-safe', subject: part, exitCode: 4 });
});

test('S8: not run through a symbolic link', async () => {
  const { system, root } = await withHook();
  await writeFile(join(root, 'elsewhere'), '#!/bin/sh\n', { mode: 0o755 });
  await rm(join(root, path));
  await symlink('/elsewhere', join(root, path));
  await expect(runHook(action, system)).rejects.toMatchObject({ code: 'hook.not-safe' });
});

test('S8: one that is not executable is told as that', async () => {
  const { system, root } = await withHook();
  await chmod(join(root, path), 0o644);
  await expect(runHook(action, system)).rejects.toMatchObject({ code: 'hook.not-executable' });
});
