import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';
import type { Ending } from './interrupted-attach.ts';
import { runInNamespace } from './run-in-namespace.ts';

const program = join(import.meta.dirname, 'interrupted-attach.ts');
const MINUTE = 60_000;

beforeEach((context) => requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs' }));

function allEndings(): Ending[] {
  const { path } = attachLoopDisk((device) => execFileSync('mkfs.ext4', ['-q', '-L', 'data', device]), 16);
  return JSON.parse(runInNamespace(program, [path]));
}

test(
  'an agent that is killed at any moment while it attaches a disk loses neither the disk nor its mount',
  () => {
    const endings = allEndings();
    for (const ending of endings.filter(({ then }) => then === 'again')) {
      expect(ending).toMatchObject({ failed: 0, mounts: ['/run/srv/data'], records: ['mounted at /run/srv/data'] });
      expect(ending.hooks).toBeLessThanOrEqual(1);
    }
    // It may have been killed with its folder made and nothing mounted there: the next disk of this name uses it.
    for (const ending of endings.filter(({ then }) => then === 'pulled')) {
      expect(ending).toMatchObject({ mounts: [], records: [] });
    }
    expect(endings.filter(({ then, folders }) => then === 'pulled' && folders.length > 0).length).toBeLessThanOrEqual(
      1,
    );
    // One that touches nothing would pass the rest.
    expect(endings.filter(({ wasKilled }) => wasKilled).length).toBeGreaterThan(5);
  },
  2 * MINUTE,
);
