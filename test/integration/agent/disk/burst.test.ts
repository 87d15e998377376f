import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../action/loop-disk.ts';
import type { Burst } from './burst.ts';
import { runInNamespace } from './run-in-namespace.ts';

const program = join(import.meta.dirname, 'burst.ts');
const MINUTE = 60_000;

beforeEach((context) => requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs' }));

/** Attaches a disk for each UUID, all at once; their labels differ. */
function attachAtOnce(uuids: readonly string[]): Burst {
  const makeFileSystem = (device: string) => execFileSync('mkfs.ext4', ['-q', device]);
  const disks = uuids.map((uuid) => `${attachLoopDisk(makeFileSystem, 8).path}=${uuid}`);
  return JSON.parse(runInNamespace(program, disks));
}

test(
  'of ten disks that come at once none waits for the hook of another',
  () => {
    const uuids = Array.from({ length: 10 }, (_, index) => `cafe-${index}`);
    const { actions, errors } = attachAtOnce(uuids);
    expect(errors).toEqual([]);
    for (const kind of ['mount-disk', 'run-hook']) {
      expect(actions.filter((action) => action === kind)).toHaveLength(uuids.length);
    }
    // Of four that are worked on at once, three may still be at it when the first has nothing but its hook left.
    const beforeHooks = actions.slice(0, actions.indexOf('run-hook')).filter((action) => action === 'mount-disk');
    expect(beforeHooks.length).toBeGreaterThanOrEqual(uuids.length - 3);
  },
  MINUTE,
);

test(
  'of clones that come at once one alone is mounted, whatever their labels',
  () => {
    const { actions, errors } = attachAtOnce(['cafe-1', 'cafe-1', 'cafe-1']);
    expect(errors).toEqual([]);
    expect(actions.filter((action) => action === 'mount-disk')).toHaveLength(1);
  },
  MINUTE,
);
