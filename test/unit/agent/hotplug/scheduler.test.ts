import { expect, test } from 'vitest';
import type { SpooledEvent } from '../../../../src/agent/event/spool.ts';
import type { Turn } from '../../../../src/agent/event/turn.ts';
import { Scheduler } from '../../../../src/agent/hotplug/scheduler.ts';
import { fakeAlarm } from './fake-alarm.ts';

let sequence = 0;

/** An event of a device; its lanes are the device and what else is given. */
function event(device: string, ...lanes: string[]): SpooledEvent {
  sequence += 1;
  const properties = { DEVNAME: `/dev/${device}`, lanes: [device, ...lanes].join(' ') };
  return {
    entry: `${sequence}-disk`,
    sequence,
    handler: 'disk',
    action: 'add',
    devicePath: `/devices/${device}`,
    spooledAt: 1,
    properties,
  };
}

/** A scheduler whose answers end when a test says so. */
function scheduled() {
  const { alarm, pass } = fakeAlarm();
  const answers = new Map<string, { end: (hasFailed?: boolean) => void; letOthersFirst: Turn['letOthersFirst'] }>();
  const started: string[] = [];
  const slow: string[] = [];
  const asked: SpooledEvent[] = [];
  const scheduler = new Scheduler({
    alarm,
    lanesOf: (each) => {
      asked.push(each);
      return each.properties.lanes?.split(' ') ?? [];
    },
    answer: (events, letOthersFirst) => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const device = events[0]?.devicePath.replace('/devices/', '') ?? '';
      started.push(events.length === 1 ? device : `${device} ${events.length}`);
      answers.set(device, { end: (hasFailed = false) => resolve(hasFailed), letOthersFirst });
      return promise;
    },
    onSlow: (device) => slow.push(device),
  });
  const end = async (device: string, hasFailed?: boolean) => {
    const news = scheduler.news();
    answers.get(device)?.end(hasFailed);
    await news;
  };
  const pause = (device: string) => answers.get(device)?.letOthersFirst() ?? Promise.resolve(false);
  return { scheduler, started, slow, asked, pass, end, pause };
}

test('nothing offered is nothing to do', () => {
  const { scheduler } = scheduled();
  scheduler.offer([]);
  expect(scheduler.isIdle()).toBe(true);
  expect(scheduler.summary()).toEqual({ handled: 0, failed: 0 });
});

test('events of one device are answered together, and once, though they are offered again', async () => {
  const { scheduler, started, end } = scheduled();
  const events = [event('sdb'), event('sdc'), event('sdb')];
  scheduler.offer(events);
  scheduler.offer(events);
  expect(started).toEqual(['sdb 2', 'sdc']);
  await end('sdb');
  await end('sdc', true);
  scheduler.offer(events);
  expect(started).toHaveLength(2);
  expect(scheduler.isIdle()).toBe(true);
  expect(scheduler.summary()).toEqual({ handled: 2, failed: 1 });
});

test('what comes for a device that is worked on is answered after that', async () => {
  const { scheduler, started, end } = scheduled();
  const events = [event('sdb')];
  scheduler.offer(events);
  events.push(event('sdb'));
  scheduler.offer(events);
  expect(started).toEqual(['sdb']);
  await end('sdb');
  scheduler.offer(events);
  expect(started).toEqual(['sdb', 'sdb']);
});

test('four devices at once, the oldest first', async () => {
  const { scheduler, started, end } = scheduled();
  const events = ['sdb', 'sdc', 'sdd', 'sde', 'sdf'].map((name) => event(name));
  scheduler.offer(events);
  expect(started).toEqual(['sdb', 'sdc', 'sdd', 'sde']);
  await end('sdd');
  scheduler.offer(events);
  expect(started.at(-1)).toBe('sdf');
});

test('two that share a lane are answered one after the other, and what came later does not overtake', async () => {
  const { scheduler, started, end } = scheduled();
  const events = [
    event('sdb', 'folder a'),
    event('sdc', 'folder a', 'folder b'),
    event('sdd', 'folder b'),
    event('sde'),
  ];
  scheduler.offer(events);
  expect(started).toEqual(['sdb', 'sde']);
  await end('sdb');
  scheduler.offer(events);
  expect(started.slice(2)).toEqual(['sdc']);
  await end('sdc');
  scheduler.offer(events);
  expect(started.slice(3)).toEqual(['sdd']);
});

test('one that hangs gives its place to another, keeps its lanes, and is told of once', async () => {
  const { scheduler, started, slow, pass, end } = scheduled();
  const events = ['sdb', 'sdc', 'sdd', 'sde', 'sdf'].map((name) => event(name));
  scheduler.offer(events);
  await Promise.all(['sdc', 'sdd', 'sde'].map((name) => end(name)));
  events.push(...['sdg', 'sdh', 'sdi', 'sdb'].map((name) => event(name)));
  scheduler.offer(events);
  expect(started.slice(4)).toEqual(['sdf', 'sdg', 'sdh']);
  await Promise.all(['sdf', 'sdg', 'sdh'].map((name) => end(name)));
  const news = scheduler.news();
  pass(30);
  await news;
  expect(slow).toEqual(['/dev/sdb']);
  scheduler.offer(events);
  expect(started.slice(7)).toEqual(['sdi']);
  expect(scheduler.isIdle()).toBe(false);
});

test('what can wait lets all others have their turn first, and hears whether they had one', async () => {
  const { scheduler, started, end, pause } = scheduled();
  const events = ['sdb', 'sdc', 'sdd', 'sde', 'sdf'].map((name) => event(name));
  scheduler.offer(events);
  const goesOn = pause('sdb');
  scheduler.offer(events);
  expect(started.at(-1)).toBe('sdf');
  await end('sdf');
  scheduler.offer(events);
  expect(await goesOn).toBe(true);
});

test('where nobody else waits it goes on at once', async () => {
  const { scheduler, pause } = scheduled();
  scheduler.offer([event('sdb')]);
  const goesOn = pause('sdb');
  scheduler.offer([]);
  expect(await goesOn).toBe(false);
});

test('each event is taken apart once, however often it is offered', async () => {
  const { scheduler, asked, end } = scheduled();
  const events = [event('sdb', 'x'), event('sdc', 'x')];
  scheduler.offer(events);
  scheduler.offer(events);
  await end('sdb');
  scheduler.offer(events);
  expect(asked).toEqual(events);
});
