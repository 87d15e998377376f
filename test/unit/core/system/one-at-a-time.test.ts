import { expect, test } from 'vitest';
import { oneAtATime } from '../../../../src/core/system/one-at-a-time.ts';

/** Work that is done once it is told, and says when it began. */
function work(name: string, story: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const begin = () => {
    story.push(name);
    return promise;
  };
  return { begin, end: () => resolve(name), fail: () => reject(new Error(name)) };
}

const untilNothingMoves = () => new Promise((resolve) => setImmediate(resolve));

test('work of one key waits for what came before, and work of another does not', async () => {
  const story: string[] = [];
  const take = oneAtATime<string>();
  const [first, second, other] = [work('first', story), work('second', story), work('other', story)];
  const results = Promise.all([take('lvm', first.begin), take('lvm', second.begin), take('md', other.begin)]);
  await untilNothingMoves();
  expect(story).toEqual(['first', 'other']);
  first.end();
  await untilNothingMoves();
  expect(story).toEqual(['first', 'other', 'second']);
  second.end();
  other.end();
  expect(await results).toEqual(['first', 'second', 'other']);
});

test('what fails is told to the one who asked, and the next has its turn', async () => {
  const story: string[] = [];
  const take = oneAtATime<string>();
  const [first, second] = [work('first', story), work('second', story)];
  const failed = take('lvm', first.begin);
  const done = take('lvm', second.begin);
  first.fail();
  await expect(failed).rejects.toThrow('first');
  second.end();
  expect(await done).toBe('second');
});
