import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { requirePrograms } from '../action/loop-disk.ts';
import { imageTree, listTree } from './image-tree.ts';

const program = join(import.meta.dirname, 'whole-bootstrap.ts');
const MINUTE = 60_000;

/** By the names that the kernel of x86-64 has for them. Full and read-only disks are in full-disk.test.ts. */
const faults = [
  ['rename,renameat,renameat2', 'ENOSPC'],
  ['fsync', 'EIO'],
] as const;

beforeEach((context) => requirePrograms(context, { strace: 'strace' }));

async function finish(root: string): Promise<Record<string, string>> {
  const outcomes = await bootstrap(openSystem(root, openJournal('error')));
  expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  return listTree(root);
}

test.for(faults)(
  '%s fails once with %s: nothing half-written is seen, and the next boot succeeds',
  { timeout: 3 * MINUTE },
  async ([calls, error]) => {
    const before = listTree(imageTree('debian'));
    const whole = await finish(imageTree('debian'));
    let nth = 1;
    for (; ; nth += 1) {
      const root = imageTree('debian');
      const status = runFailingAt(root, calls, error, nth);
      for (const [path, content] of Object.entries(listTree(root)).filter(([name]) => !isOfTools.test(name))) {
        expect([before[path], whole[path]], `${path} after ${calls} ${nth}`).toContain(content);
      }
      expect(await finish(root), `${calls} ${nth}`).toEqual(whole);
      if (status === 0) break;
    }
    expect(nth).toBeGreaterThan(5);
  },
);

// Changed in several steps, each of them whole: what one that fails leaves is neither the old file nor the last one.
const isOfTools = /^etc\/(passwd|shadow|group|gshadow)$|^home\/admin$/;

/**
 * Counted for each thread, so there is one; the programs that the agent starts are let go when they begin.
 * @returns the exit status of the bootstrap
 */
function runFailingAt(root: string, calls: string, error: string, nth: number): number | null {
  const log = ['--quiet=all', '--output=/dev/null', '--follow-forks', '--detach-on=execve'];
  const injection = [`--trace=${calls}`, `--inject=${calls}:error=${error}:when=${nth}`];
  const bootstrap = [process.execPath, '--expose-gc', program, root];
  const { status, stdout, stderr } = spawnSync('strace', [...log, ...injection, ...bootstrap], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    encoding: 'utf8',
  });
  expect(stdout, `came to its end after ${calls} ${nth}:\n${stderr}`).toMatch(/^ended$/m);
  return status;
}
