import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { makeReflinkFolder } from '../../../lab/reflink-folder.ts';
import { requirePrograms } from '../agent/action/loop-disk.ts';
import { runInNamespace } from '../agent/disk/run-in-namespace.ts';
import type { DetachReport, Order } from './detach-states.ts';

const seed = process.env.SEED || '1';
const states = process.env.STATES || '60';
const timeout = 3_600_000;
const program = join(import.meta.dirname, 'detach-states.ts');

beforeEach((context) =>
  requirePrograms(context, {
    'mkfs.ext4': 'e2fsprogs',
    'mkfs.xfs': 'xfsprogs',
    'qemu-storage-daemon': 'qemu-system-common',
  }),
);

async function report(order: Order): Promise<DetachReport> {
  const folder = mkdtempSync(join(tmpdir(), 'detach-power-'));
  const copies = await makeReflinkFolder(folder);
  onTestFinished(async () => {
    await copies.remove();
    rmSync(folder, { recursive: true });
  });
  return JSON.parse(runInNamespace(program, [copies.path, order, seed, states]));
}

test('whenever the power fails while a disk is detached, nothing that was synced or given up is lost, and the next boot mounts it', {
  timeout,
}, async () => {
  const { states: seen, given, problems } = await report('agent');
  console.log(`seed ${seed}: ${seen} states of a detach, ${given} with the disk given up, ${problems.length} problems`);
  expect(problems.slice(0, 20)).toEqual([]);
  expect(seen).toBeGreaterThan(20);
  expect(given).toBeGreaterThan(0);
  expect(given).toBeLessThan(seen);
});

test('a disk that counts as given up before it is unmounted has lost what was written after some of the cuts', {
  timeout,
}, async () => {
  const { states: seen, problems } = await report('taken-before-unmount');
  const lost = problems.filter((problem) => problem.startsWith('what was written before the detach is lost'));
  console.log(`seed ${seed}: ${lost.length} of ${seen} states have lost what was written`);
  expect(lost.length).toBeGreaterThan(0);
});
