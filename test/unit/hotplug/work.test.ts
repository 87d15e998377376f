import { expect, test } from 'vitest';
import { startWork } from '../../../src/hotplug/work.ts';
import { machineTree } from '../system/machine-tree.ts';

test('work that is done in time is never slow, and nothing is said', async () => {
  const { system, log } = await machineTree();
  const work = startWork('/dev/sdb', () => Promise.resolve(), system, 0.05);
  await work.news();
  expect(work.state()).toBe('running');
  expect(log).toEqual([]);
});

test('a disk that hangs is said once, gives its place to others, and is done when it answers', async () => {
  const { system, log } = await machineTree();
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = startWork('/dev/sdb', () => promise, system, 0.05);
  await work.news();
  expect(work.state()).toBe('slow');
  expect(log).toEqual([expect.stringMatching(/^warn: \/dev\/sdb: not done after 0.05 s: it hangs or takes its time/)]);
  resolve();
  await work.news();
  expect(log).toHaveLength(1);
});

test('work that lets others go first gives its place to them, for as long as they need', async () => {
  const { system, log } = await machineTree();
  const done: string[] = [];
  const first = startWork(
    '/dev/sdb',
    async (pause) => {
      await pause();
      done.push('first');
    },
    system,
    0.05,
  );
  const second = startWork('/dev/sdc', () => new Promise(() => {}), system, 0.1);
  expect(first.state()).toBe('paused');
  await second.news();
  expect(second.state()).toBe('slow');
  expect([done, log]).toEqual([[], [expect.stringMatching(/^warn: \/dev\/sdc/)]]);
  first.goOn();
  expect(first.state()).toBe('running');
  await first.done;
  expect(done).toEqual(['first']);
});
