import { expect, test } from 'vitest';
import { type Pause, Work } from '../../../../src/agent/hotplug/work.ts';
import { fakeAlarm } from './fake-alarm.ts';

/** Work that ends when it is told to; what it told of itself is written down. */
function working(answer?: (pause: Pause) => Promise<void>) {
  const { alarm, pass, waiting } = fakeAlarm();
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const story: string[] = [];
  const work = new Work(answer ?? (() => promise), {
    alarm,
    onNews: () => story.push('news'),
    onSlow: () => story.push('slow'),
  });
  return { work, end, pass, waiting, story };
}

test('work that is done in time is never slow, and nothing is said', async () => {
  const { work, end, pass, waiting, story } = working();
  pass(29);
  expect(work.state).toBe('running');
  end();
  await work.done;
  expect(waiting()).toBe(0);
  expect(story).toEqual([]);
});

test('a disk that hangs is said once, gives its place to others, and is done when it answers', async () => {
  const { work, end, pass, story } = working();
  pass(30);
  expect(work.state).toBe('slow');
  pass(3600);
  end();
  await work.done;
  expect(story).toEqual(['slow', 'news']);
});

test('work that lets others go first gives its place to them, for as long as they need', async () => {
  const done: string[] = [];
  const { work, pass, story } = working(async (pause) => {
    await pause();
    done.push('first');
  });
  expect(work.state).toBe('paused');
  pass(3600);
  expect([work.state, done, story]).toEqual(['paused', [], ['news']]);
  work.goOn();
  expect(work.state).toBe('running');
  await work.done;
  expect(done).toEqual(['first']);
});

test('the time of a pause does not count, and what goes on has all of its time again', async () => {
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const { work, pass } = working(async (pause) => {
    await pause();
    await promise;
  });
  pass(3600);
  work.goOn();
  pass(29);
  expect(work.state).toBe('running');
  pass(1);
  expect(work.state).toBe('slow');
  end();
  await work.done;
});
