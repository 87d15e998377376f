import { execFileSync, spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';
import { runInNamespace } from './run-in-namespace.ts';

const program = join(import.meta.dirname, 'mounted-elsewhere.ts');
const mostSeconds = 120;

beforeEach((context) => requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs', dumpe2fs: 'e2fsprogs' }));

test.each([
  ['mounted for writing', 'write'],
  ['mounted read-only', 'read'],
  ['checked', 'check'],
])(
  'a disk that another machine has mounted is not %s, and its journal stays as it is',
  (_, act) => {
    const first = attachLoopDisk(
      (device) => execFileSync('mkfs.ext4', ['-q', '-O', 'mmp', '-E', 'mmp_update_interval=1', device]),
      16,
    );
    // Two loop devices of one image are to the kernel what two machines are to it: only the block on the disk tells.
    const second = execFileSync('losetup', ['--find', '--show', first.image], { encoding: 'utf8' }).trim();
    onTestFinished(() => void spawnSync('losetup', ['--detach', second]));
    const ending: unknown = JSON.parse(runInNamespace(program, [first.path, second, act]));
    expect(ending).toEqual({
      ...{ code: 'disk.mounted-elsewhere', refusal: 'mounted-elsewhere', place: null, held: basename(first.path) },
      ...{ mounts: [], needsRecovery: true, folders: [] },
    });
    expect(spawnSync('e2fsck', ['-f', '-n', first.path]).status).toBe(0);
  },
  mostSeconds * 1000,
);
