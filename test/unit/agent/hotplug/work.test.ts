import { expect, test } from 'vitest';
import { startWork } from '../../../../src/agent/hotplug/work.ts';
import { machineTree } from '../../core/system/machine-tree.ts';

/** What was told of a piece of work, and a promise of the next of it. */
function news() {
  let next = Promise.withResolvers<void>();
  const tell = () => {
    next.resolve();
    next = Promise.withResolvers();
  };
  return { tell, next: () => next.promise };
}

test('work that is done in time is never slow, and nothing is said', async () => {
  const { system, log } = await machineTree();
  const { tell, next } = news();
  const work = startWork('/dev/sdb', () => Promise.resolve(), system, tell, 0.05);
  await next();
  expect(work.state()).toBe('running');
  expect(log).toEqual([]);
});

test('a disk that hangs is said once, gives its place to others, and is done when it answers', async () => {
  const { system, log } = await machineTree();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { tell, next } = news();
  const work = startWork('/dev/sdb', () => promise, system, tell, 0.05);
  await next();
  expect(work.state()).toBe('slow');
  expect(log).toEqual([expect.stringMatching(/^warn: \/dev\/sdb: not done after 0.05 s: it hangs or takes its time/)]);
  resolve();
  await next();
  expect(log).toHaveLength(1);
});

test('work that lets others go first gives its place to them, for as long as they need', async () => {
  const { system, log } = await machineTree();
  const done: string[] = [];
  const [first, second] = [news(), news()];
  const pausing = async (pause: () => Promise<void>) => {
    await pause();
    done.push('first');
  };
  const paused = startWork('/dev/sdb', pausing, system, first.tell, 0.05);
  const hanging = startWork('/dev/sdc', () => new Promise(() => {}), system, second.tell, 0.1);
  expect(paused.state()).toBe('paused');
  await second.next();
  expect(hanging.state()).toBe('slow');
  expect([done, log]).toEqual([[], [expect.stringMatching(/^warn: \/dev\/sdc/)]]);
  paused.goOn();
  expect(paused.state()).toBe('running');
  await first.next();
  expect(done).toEqual(['first']);
});
