import { expect, test } from 'vitest';
import { News } from '../../../../src/agent/hotplug/news.ts';

/** Whether it is over once everything that waits for a promise has run. */
function isTold(promise: Promise<void>): Promise<boolean> {
  const everythingElse = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([promise.then(() => true), everythingElse]);
}

test('what happens after one has asked is told, also before one waits for it', async () => {
  const news = new News();
  const next = news.next();
  news.tell();
  expect(await isTold(next)).toBe(true);
});

test('what happened before one asked is not told once more', async () => {
  const news = new News();
  news.next();
  news.tell();
  expect(await isTold(news.next())).toBe(false);
});

test('a wait that was given up takes no news from the next one', async () => {
  const news = new News();
  expect(await isTold(news.next())).toBe(false);
  const next = news.next();
  news.tell();
  expect(await isTold(next)).toBe(true);
});
