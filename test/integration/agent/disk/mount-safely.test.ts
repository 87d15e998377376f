import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';
import type { Ending } from './mount-safely.ts';
import { runInNamespace } from './run-in-namespace.ts';

const program = join(import.meta.dirname, 'mount-safely.ts');

beforeEach((context) => requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs' }));

test('a disk is mounted where only root decides where that is, and nowhere else', () => {
  const { path } = attachLoopDisk((device) => execFileSync('mkfs.ext4', ['-q', device]), 16);
  const endings: Record<string, Ending> = JSON.parse(runInNamespace(program, [path]));
  const unsafe = { code: 'mount.unsafe-root', mounts: [] };
  expect(endings).toEqual({
    'of a group': { ...unsafe, subject: '/run/srv', folders: [] },
    'below a folder of a user': { ...unsafe, subject: '/run/home', folders: [] },
    "a user's link": { ...unsafe, subject: '/run/home', folders: [] },
    "root's link": { code: null, subject: null, mounts: ['/run/real/data'], folders: ['data'] },
    missing: { code: null, subject: null, mounts: ['/run/srv/data'], folders: ['data'] },
    'a link as folder': { code: 'mount.not-a-folder', subject: '/run/srv/data', mounts: [], folders: ['data'] },
    'files that came meanwhile': { code: 'mount.not-empty', subject: '/run/srv/data', mounts: [], folders: ['data'] },
    'a mount that came meanwhile': {
      code: 'mount.taken',
      subject: '/run/srv/data',
      mounts: [],
      folders: ['data'],
    },
    'a mount that came meanwhile, where an admin assigned the disk': {
      code: 'mount.taken',
      subject: '/run/srv/data',
      mounts: [],
      folders: ['data'],
    },
    'another folder by the time of the mount': {
      code: 'mount.not-seen',
      subject: '/run/srv/data',
      mounts: [],
      folders: ['away', 'data'],
    },
  });
});
