import { expect, test } from 'vitest';
import { nextNews, startWork } from '../../../src/hotplug/work.ts';
import { machineTree } from '../system/machine-tree.ts';

test('work that is done in time is never slow, and nothing is said', async () => {
  const { system, log } = await machineTree();
  const work = startWork('/dev/sdb', Promise.resolve(), system, 0.05);
  await nextNews(work);
  expect(work.isSlow()).toBe(false);
  expect(log).toEqual([]);
});

test('a disk that hangs is said once, gives its place to others, and is done when it answers', async () => {
  const { system, log } = await machineTree();
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = startWork('/dev/sdb', promise, system, 0.05);
  await nextNews(work);
  expect(work.isSlow()).toBe(true);
  expect(log).toEqual([expect.stringMatching(/^warn: \/dev\/sdb: not done after 0.05 s: it hangs or takes its time/)]);
  resolve();
  await nextNews(work);
  expect(log).toHaveLength(1);
});
