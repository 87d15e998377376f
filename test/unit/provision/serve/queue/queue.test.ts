import { describe, expect, test } from 'vitest';
import { silentJournal } from '../../../../../src/core/system/journal.ts';
import { openClock } from '../../../../../src/core/system/clock.ts';
import { openDatabase } from '../../../../../src/provision/serve/queue/database.ts';
import { openQueue, type Worker } from '../../../../../src/provision/serve/queue/queue.ts';
import { isRetried, type Run, type RunEnd } from '../../../../../src/provision/serve/queue/run.ts';
import { openRunStore } from '../../../../../src/provision/serve/queue/run-store.ts';
import { shareSync } from '../../../../../src/provision/serve/queue/shared-sync.ts';
import { environmentFor, parseCommand, wordsFor } from '../../../../../src/provision/serve/queue/run-command.ts';

const none = new Set<number>();
const openStore = () => openRunStore(openDatabase(':memory:'), openClock());

describe('the store of runs', () => {
  test('has one run for a wish until it has ended', () => {
    const store = openStore();
    const { run } = store.ask('192.0.2.1', 'install');
    expect(store.ask('192.0.2.1', 'install')).toMatchObject({ run: { id: run.id }, isNew: false });
    expect(store.ask('192.0.2.1', 'config')).toMatchObject({ isNew: true });
    const claimed = store.claim('me', 9, none);
    expect(claimed).toMatchObject({ id: run.id, owner: 'me' });
    expect(store.ask('192.0.2.1', 'install')).toMatchObject({ run: { id: run.id, state: 'running' }, isNew: false });
    store.end(claimed as Run, { state: 'done', reason: null });
    expect(store.ask('192.0.2.1', 'install')).toMatchObject({ isNew: true });
  });

  test('gives one run of a machine at a time, in their order, up to the limit', () => {
    const store = openStore();
    store.ask('a', 'install');
    store.ask('a', 'config');
    store.ask('b', 'config');
    store.ask('c', 'config');
    const claimed = [1, 2, 3].map(() => store.claim('me', 2, none));
    expect(claimed.map((run) => run?.address)).toEqual(['a', 'b', undefined]);
    store.end(claimed[0] as Run, { state: 'done', reason: null });
    expect(store.claim('me', 2, none)).toMatchObject({ address: 'a', action: 'config' });
  });

  test('leaves out what rests', () => {
    const store = openStore();
    const { run } = store.ask('a', 'install');
    expect(store.claim('me', 1, new Set([run.id]))).toBeUndefined();
  });

  test('queues a run once more, unless the same wish is queued already', () => {
    const store = openStore();
    store.ask('a', 'install');
    const run = store.claim('me', 1, none) as Run;
    expect(store.requeue(run, { state: 'failed', reason: 'x' })).toMatchObject({
      state: 'queued',
      attempt: 2,
      reason: 'x',
    });
  });

  test('is changed once for an end that two servers see', () => {
    const store = openStore();
    store.ask('a', 'install');
    const run = store.claim('gone', 1, none) as Run;
    expect(store.requeue(run, { state: 'interrupted', reason: null })).toMatchObject({ state: 'queued', attempt: 2 });
    expect(store.requeue(run, { state: 'interrupted', reason: null })).toMatchObject({ state: 'queued', attempt: 2 });
    const again = store.claim('me', 1, none) as Run;
    expect(store.end(run, { state: 'interrupted', reason: null })).toMatchObject({ state: 'running', owner: 'me' });
    expect(store.end(again, { state: 'done', reason: null })).toMatchObject({ state: 'done' });
  });

  test('keeps the last twenty of a machine', () => {
    const store = openStore();
    for (let index = 0; index < 25; index += 1) {
      store.ask('a', 'install');
      store.end(store.claim('me', 1, none) as Run, { state: 'done', reason: null });
    }
    expect(store.ofAddress('a').map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index));
  });
});

test.each([
  ['failed', 1, 0, false],
  ['failed', 1, 1, true],
  ['failed', 2, 1, false],
  ['interrupted', 2, 2, true],
  ['timed-out', 3, 2, false],
  ['done', 1, 9, false],
] as const)(
  'a run that ended as %s in attempt %d of 1 + %d is tried again: %s',
  (state, attempt, retries, expected) => {
    expect(isRetried({ state, reason: null }, attempt, retries)).toBe(expected);
  },
);

describe('the queue', () => {
  /** Ends each run as it is told to, and notes what happens. */
  function openWorker(ends: (run: Run) => RunEnd | Promise<RunEnd>) {
    const seen: string[] = [];
    const worker: Worker = {
      name: 'me',
      isThere: (name) => name === 'other',
      work: async (run) => ends(run),
      clear: async ({ address }) => void seen.push(`clear ${address}`),
      changed: ({ address, state, attempt }) => void seen.push(`${address} ${state} ${attempt}`),
    };
    return { worker, seen };
  }
  const options = { limit: 4, retries: 0, retryDelaySeconds: 0 };
  const done: RunEnd = { state: 'done', reason: null };

  test('tells all who asked for a run of its end', async () => {
    const { worker, seen } = openWorker(() => done);
    const queue = openQueue(openStore(), worker, options, silentJournal);
    const both = [queue.ask('a', 'install'), queue.ask('a', 'install')];
    expect(await Promise.all(both.map(({ ended }) => ended))).toMatchObject([{ id: 1, state: 'done' }, { id: 1 }]);
    expect(seen).toEqual(['a queued 1', 'a running 1', 'a done 1']);
    await queue.stop(0);
  });

  test('tries again as often as it may', async () => {
    const { worker, seen } = openWorker(({ attempt }) => (attempt < 3 ? { state: 'failed', reason: 'x' } : done));
    const queue = openQueue(openStore(), worker, { ...options, retries: 5 }, silentJournal);
    expect(await queue.ask('a', 'install').ended).toMatchObject({ state: 'done', attempt: 3 });
    expect(seen.filter((each) => each.includes('queued'))).toEqual(['a queued 1', 'a queued 2', 'a queued 3']);
    await queue.stop(0);
  });

  test('tells what throws as failed', async () => {
    const { worker } = openWorker(() => Promise.reject(new Error('no disk')));
    const queue = openQueue(openStore(), worker, options, silentJournal);
    expect(await queue.ask('a', 'install').ended).toMatchObject({ state: 'failed', reason: 'no disk' });
    await queue.stop(0);
  });

  test('interrupts the runs of a server that is gone, and leaves those of one that works', async () => {
    const store = openStore();
    for (const address of ['a', 'b', 'c']) store.ask(address, 'install');
    store.claim('gone', 9, none);
    store.claim('other', 9, none);
    const { worker, seen } = openWorker(() => done);
    const queue = openQueue(store, worker, options, silentJournal);
    await queue.start();
    expect(store.get(1)).toMatchObject({ state: 'interrupted', owner: null });
    expect(store.get(2)).toMatchObject({ state: 'running', owner: 'other' });
    expect(seen.slice(0, 3)).toEqual(['clear a', 'a interrupted 1', 'c running 1']);
    await queue.stop(0);
  });

  test('starts nothing once it is to stop, and lets those go who wait', async () => {
    const store = openStore();
    const { worker } = openWorker(() => done);
    const queue = openQueue(store, worker, { ...options, limit: 0 }, silentJournal);
    const { ended } = queue.ask('a', 'install');
    await queue.stop(0);
    expect(await ended).toBeUndefined();
    expect(store.get(1)).toMatchObject({ state: 'queued' });
  });
});

describe('a command', () => {
  const facts = { action: 'install', host: 'node; rm', address: '192.0.2.1', run: '7', attempt: '1' } as const;

  test('keeps its words, whatever is put into them', () => {
    const words = parseCommand("run --to '{host} now' {address}.{attempt} '{\"a\":1}'");
    if ('problem' in words) return expect.fail(words.problem);
    expect(wordsFor(words, facts)).toEqual(['run', '--to', 'node; rm now', '192.0.2.1.1', '{"a":1}']);
  });

  test('gets the same as variables', () => {
    expect(environmentFor(facts)).toMatchObject({
      GANDI_ACTION: 'install',
      GANDI_ADDRESS: '192.0.2.1',
      GANDI_RUN: '7',
    });
  });

  test.each(['', "a 'b", 'a {nosuch}'])('%j is none', (text) => {
    expect(parseCommand(text)).toHaveProperty('problem');
  });
});

test('a sync is shared by all who wrote before it began, and by nobody else', async () => {
  const release: (() => void)[] = [];
  const keep = shareSync(() => new Promise((resolve) => release.push(resolve)));
  const settle = async () => new Promise((resolve) => setImmediate(resolve));
  const first = [keep(), keep()];
  await settle();
  const second = [keep(), keep()];
  await settle();
  expect(release).toHaveLength(1);
  release[0]?.();
  await Promise.all(first);
  await settle();
  expect(release).toHaveLength(2);
  release[1]?.();
  await Promise.all(second);
});
