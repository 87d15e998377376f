import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';
import { runInNamespace } from './run-in-namespace.ts';

const program = join(import.meta.dirname, 'detach-and-replay.ts');

beforeEach((context) => requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs' }));

test('a disk that its bus cannot let go of is not mounted again by a replayed event, once it was detached', () => {
  const { path } = attachLoopDisk((device) => execFileSync('mkfs.ext4', ['-q', device]), 16);
  const { attached, said, detached, replayed } = JSON.parse(runInNamespace(program, [path]));
  const given = { mounts: [], records: ['detached; the platform can take it now'] };
  expect(attached).toEqual({ mounts: ['/run/srv/data'], records: ['mounted at /run/srv/data'] });
  expect(said.at(-1)).toBe(`${path} is detached; the platform can take it now`);
  expect({ detached, replayed }).toEqual({ detached: given, replayed: given });
});
