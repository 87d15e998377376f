import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observeMountUsers } from '../../../../src/agent/disk/mount-users.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

test('names the processes that are in the folder or have a file of it open, with their service, and no others', async () => {
  const { system, root } = await machineTree({
    '/proc/10/comm': 'bash\n',
    '/proc/11/comm': 'vim\n',
    '/proc/12/comm': 'cat\n',
    '/proc/11/cgroup': '0::/system.slice/editor.service/sub\n',
  });
  for (const pid of ['10', '11', '12']) await mkdir(join(root, 'proc', pid, 'fd'));
  await symlink('/srv/data', join(root, 'proc/10/cwd'));
  await symlink('/srv/data/file', join(root, 'proc/11/fd/3'));
  await symlink('/srv/data_2/file', join(root, 'proc/12/fd/3'));
  expect(await observeMountUsers(system, '/srv/data')).toEqual([
    { pid: 10, name: 'bash', unit: undefined },
    { pid: 11, name: 'vim', unit: 'editor.service' },
  ]);
});
