import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { bootstrap } from '../../../../src/agent/bootstrap/bootstrap.ts';
import { openJournal } from '../../../../src/core/system/journal.ts';
import { openSystem } from '../../../../src/core/system/system.ts';
import { requirePrograms } from '../action/loop-disk.ts';
import { imageTree, listTree } from './image-tree.ts';

const program = join(import.meta.dirname, 'interrupted-bootstrap.ts');
const MINUTE = 60_000;

beforeEach((context) => requirePrograms(context));

/** @returns whether it was killed; false once it comes to its end before that */
function runKilledAt(root: string, touch: number): boolean {
  const { signal, status, stderr } = spawnSync(process.execPath, [program, root, String(touch)], { encoding: 'utf8' });
  if (signal === 'SIGKILL') return true;
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return false;
}

async function finish(root: string): Promise<Record<string, string>> {
  const outcomes = await bootstrap(openSystem(root, openJournal('error')));
  expect(outcomes.filter(({ failure }) => failure !== null)).toEqual([]);
  return listTree(root);
}

test(
  'killed at any moment and started again, it ends in the same tree, byte for byte',
  async () => {
    const whole = await finish(imageTree('debian'));
    let touch = 0;
    for (; ; touch += 1) {
      const root = imageTree('debian');
      const wasKilled = runKilledAt(root, touch);
      expect(await finish(root), `killed at touch ${touch}`).toEqual(whole);
      if (!wasKilled) break;
    }
    // A bootstrap that touches nothing would pass the rest.
    expect(touch).toBeGreaterThan(10);
  },
  3 * MINUTE,
);
