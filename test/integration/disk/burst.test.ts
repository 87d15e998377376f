import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { attachLoopDisk, requirePrograms } from '../apply/loop-disk.ts';
import type { Burst } from './burst.ts';

const program = join(import.meta.dirname, 'burst.ts');
const inNamespace = 'mount -t tmpfs -o mode=0755 none /run; mount -t tmpfs -o mode=0755 none /var/lib; exec "$@"';
const MINUTE = 60_000;

beforeEach((context) => requirePrograms(context, { 'mkfs.ext4': 'e2fsprogs' }));

test(
  'of ten disks that come at once none waits for the hook of another',
  () => {
    const makeFileSystem = (device: string) => execFileSync('mkfs.ext4', ['-q', device]);
    const disks = Array.from({ length: 10 }, () => attachLoopDisk(makeFileSystem, 8));
    const namespace = ['--mount', '--propagation', 'private', '--', 'sh', '-euc', inNamespace, 'sh'];
    const paths = disks.map(({ path }) => path);
    const output = execFileSync('unshare', [...namespace, process.execPath, program, ...paths], { encoding: 'utf8' });
    const { actions, errors }: Burst = JSON.parse(output);
    expect(errors).toEqual([]);
    for (const kind of ['mount-disk', 'run-hook']) {
      expect(actions.filter((action) => action === kind)).toHaveLength(disks.length);
    }
    // Of four that are worked on at once, three may still be at it when the first has nothing but its hook left.
    const beforeHooks = actions.slice(0, actions.indexOf('run-hook')).filter((action) => action === 'mount-disk');
    expect(beforeHooks.length).toBeGreaterThanOrEqual(disks.length - 3);
  },
  MINUTE,
);
