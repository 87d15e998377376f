import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';
import { runInNamespace } from './run-in-namespace.ts';

const program = join(import.meta.dirname, 'protect-folder.ts');

beforeEach((context) => requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs', chattr: 'e2fsprogs' }));

test('nothing is written beneath a mount that is not there, and the folder is let go of with its assignment', (context) => {
  // Only root may have written the way to it, so not below /tmp.
  const parent = mkdtempSync('/var/protect-');
  onTestFinished(() => {
    spawnSync('chattr', ['-R', '-i', parent]);
    rmSync(parent, { recursive: true });
  });
  if (spawnSync('chattr', ['+i', parent]).status !== 0) context.skip('needs a file system with flags of files at /var');
  spawnSync('chattr', ['-i', parent]);
  const { path } = attachLoopDisk((device) => execFileSync('mkfs.ext4', ['-q', device]), 16);
  expect(JSON.parse(runInNamespace(program, [path, parent]))).toEqual({
    'without its disk': { isWritten: false, isRemoved: false },
    'a folder inside': 'mount.folder-immutable',
    'with its disk': { isWritten: true, isRemoved: false },
    'assigned no more, and mounted': { isWritten: true, known: 1 },
    unmounted: { isWritten: false, isRemoved: false },
    'let go of': { isThere: false, known: 0 },
  });
});
