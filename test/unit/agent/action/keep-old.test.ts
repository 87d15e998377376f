import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFile } from '../../../../src/agent/action/write-file.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

const action = { kind: 'write-file', path: '/etc/hosts', content: 'new\n', mode: 0o644, keepOld: true } as const;
const copy = '/var/lib/gandi/replaced/etc/hosts.2026-03-04T05-06-07';

test('what is replaced is kept under the date of its last change, and that is said', async () => {
  const { system, root, log } = await machineTree({ '/etc/hosts': 'of the admin\n' });
  const edited = new Date('2026-03-04T05:06:07Z');
  await utimes(join(root, 'etc/hosts'), edited, edited);
  await writeFile(action, system);
  expect(await system.files.read(copy)).toBe('of the admin\n');
  expect(await system.files.read('/etc/hosts')).toBe('new\n');
  expect(log).toEqual([`info: /etc/hosts is replaced; what it was is kept as ${copy}`]);
});

test('where there was nothing, nothing is kept', async () => {
  const { system } = await machineTree({ '/etc/os-release': '' });
  await writeFile(action, system);
  expect(await system.files.list('/var/lib/gandi')).toEqual([]);
});
