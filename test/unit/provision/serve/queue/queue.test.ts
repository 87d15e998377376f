import { describe, expect, test } from 'vitest';
import { silentJournal } from '../../../../../src/core/system/journal.ts';
import { openClock } from '../../../../../src/core/system/clock.ts';
import { shareSync } from '../../../../../src/provision/serve/backing/shared-sync.ts';
import { openSqlite } from '../../../../../src/provision/serve/memory/sqlite.ts';
import { openOwnDispatch } from '../../../../../src/provision/serve/queue/dispatch.ts';
import { openQueue, type Worker } from '../../../../../src/provision/serve/queue/queue.ts';
import { isRetried, type Run, type RunEnd } from '../../../../../src/provision/serve/queue/run.ts';
import { openRunStore, type RunStore } from '../../../../../src/provision/serve/queue/run-store.ts';
import { environmentFor, parseCommand, wordsFor } from '../../../../../src/provision/serve/queue/run-command.ts';

/** What happens to runs is noted in `seen`. */
function openStore(seen: string[] = [], now = () => 0): RunStore {
  const changed = async (_: unknown, { address, state, attempt }: Run) =>
    void seen.push(`${address} ${state} ${attempt}`);
  return openRunStore(openSqlite(':memory:'), openOwnDispatch(now), openClock(), changed);
}

const failed: RunEnd = { state: 'failed', reason: 'x' };
const done: RunEnd = { state: 'done', reason: null };

async function claimed(store: RunStore, owner = 'me', limit = 9): Promise<Run> {
  const run = await store.claim(owner, limit);
  if (run === undefined) throw new Error('nothing is to be taken');
  return run;
}

describe('the store of runs', () => {
  test('has one run for a wish until it has ended', async () => {
    const store = openStore();
    const { id } = await store.ask('192.0.2.1', 'install');
    expect(await store.ask('192.0.2.1', 'install')).toMatchObject({ id });
    expect(await store.ask('192.0.2.1', 'config')).toMatchObject({ id: id + 1 });
    const run = await claimed(store);
    expect(run).toMatchObject({ id, owner: 'me' });
    expect(await store.ask('192.0.2.1', 'install')).toMatchObject({ id, state: 'running' });
    await store.end(run, done);
    expect(await store.ask('192.0.2.1', 'install')).toMatchObject({ id: id + 2 });
  });

  test('gives one run of a machine at a time, in their order, up to the limit', async () => {
    const store = openStore();
    await store.ask('a', 'install');
    for (const address of ['a', 'b', 'c']) await store.ask(address, 'config');
    const first = await claimed(store, 'me', 2);
    expect([first, await store.claim('me', 2), await store.claim('me', 2)].map((run) => run?.address)).toEqual([
      'a',
      'b',
      undefined,
    ]);
    await store.end(first, done);
    expect(await store.claim('me', 2)).toMatchObject({ address: 'a', action: 'config' });
  });

  test('leaves out what rests', async () => {
    let now = 0;
    const store = openStore([], () => now);
    await store.ask('a', 'install');
    await store.requeue(await claimed(store), failed, 10);
    expect(await store.claim('me', 1)).toBeUndefined();
    now = 10;
    expect(await store.claim('me', 1)).toMatchObject({ address: 'a', attempt: 2 });
  });

  test('queues a run once more, unless the same wish is queued already', async () => {
    const store = openStore();
    await store.ask('a', 'install');
    expect(await store.requeue(await claimed(store), failed, 0)).toMatchObject({
      state: 'queued',
      attempt: 2,
      reason: 'x',
    });
  });

  test('is changed once for an end that two servers see', async () => {
    const store = openStore();
    await store.ask('a', 'install');
    const run = await claimed(store, 'gone');
    const cut: RunEnd = { state: 'interrupted', reason: null };
    expect(await store.requeue(run, cut, 0)).toMatchObject({ state: 'queued', attempt: 2 });
    expect(await store.requeue(run, cut, 0)).toMatchObject({ state: 'queued', attempt: 2 });
    const again = await claimed(store);
    expect(await store.end(run, cut)).toMatchObject({ state: 'running', owner: 'me' });
    expect(await store.end(again, done)).toMatchObject({ state: 'done' });
  });

  test('keeps the last twenty of a machine', async () => {
    const store = openStore();
    for (let index = 0; index < 25; index += 1) {
      await store.ask('a', 'install');
      await store.end(await claimed(store), done);
    }
    const ids = (await store.ofAddress('a')).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index));
  });

  test('keeps nothing of a change whose machine cannot be written', async () => {
    const memory = openSqlite(':memory:');
    const full = async () => Promise.reject(new Error('no space'));
    const store = openRunStore(
      memory,
      openOwnDispatch(() => 0),
      openClock(),
      full,
    );
    await expect(store.ask('a', 'install')).rejects.toThrow('no space');
    expect(await store.ofAddress('a')).toEqual([]);
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
      isPresent: () => true,
      isThere: async (name) => name === 'other',
      work: async (run) => ends(run),
      clear: async ({ address }) => void seen.push(`clear ${address}`),
    };
    return { worker, seen, store: openStore(seen) };
  }
  const options = { limit: 4, retries: 0, retryDelaySeconds: 0, isShared: false };

  test('tells all who asked for a run of its end', async () => {
    const { worker, seen, store } = openWorker(() => done);
    const queue = openQueue(store, worker, options, silentJournal);
    const both = await Promise.all([queue.ask('a', 'install'), queue.ask('a', 'install')]);
    expect(await Promise.all(both.map(({ ended }) => ended))).toMatchObject([{ id: 1, state: 'done' }, { id: 1 }]);
    expect(seen).toEqual(['a queued 1', 'a running 1', 'a done 1']);
    await queue.stop(0);
  });

  test('tries again as often as it may', async () => {
    const { worker, seen, store } = openWorker(({ attempt }) => (attempt < 3 ? failed : done));
    const queue = openQueue(store, worker, { ...options, retries: 5 }, silentJournal);
    expect(await (await queue.ask('a', 'install')).ended).toMatchObject({ state: 'done', attempt: 3 });
    expect(seen.filter((each) => each.includes('queued'))).toEqual(['a queued 1', 'a queued 2', 'a queued 3']);
    await queue.stop(0);
  });

  test('tells what throws as failed', async () => {
    const { worker, store } = openWorker(() => Promise.reject(new Error('no disk')));
    const queue = openQueue(store, worker, options, silentJournal);
    expect(await (await queue.ask('a', 'install')).ended).toMatchObject({ state: 'failed', reason: 'no disk' });
    await queue.stop(0);
  });

  test('interrupts the runs of a server that is gone, and leaves those of one that works', async () => {
    const { worker, seen, store } = openWorker(() => done);
    for (const address of ['a', 'b', 'c']) await store.ask(address, 'install');
    await store.claim('gone', 9);
    await store.claim('other', 9);
    seen.length = 0;
    const queue = openQueue(store, worker, options, silentJournal);
    await queue.start();
    expect(await store.get(1)).toMatchObject({ state: 'interrupted', owner: null });
    expect(await store.get(2)).toMatchObject({ state: 'running', owner: 'other' });
    await expect.poll(() => seen.slice(0, 3)).toEqual(['clear a', 'a interrupted 1', 'c running 1']);
    await queue.stop(0);
  });

  test('takes nothing while the others take this server for gone, and can end what it has', async () => {
    const { worker, store } = openWorker(() => done);
    let isPresent = true;
    const cut = Promise.withResolvers<RunEnd>();
    const waits: Worker = {
      ...worker,
      isPresent: () => isPresent,
      work: (_, signal) => {
        signal.addEventListener('abort', () => cut.resolve({ state: 'interrupted', reason: null }));
        return cut.promise;
      },
    };
    const queue = openQueue(store, waits, options, silentJournal);
    const first = await queue.ask('a', 'install');
    await expect.poll(async () => (await store.get(1))?.state).toBe('running');
    isPresent = false;
    await queue.ask('b', 'install');
    queue.interrupt();
    expect(await first.ended).toMatchObject({ state: 'interrupted' });
    expect(await store.get(2)).toMatchObject({ state: 'queued' });
    await queue.stop(0);
  });

  test('writes the end of a run once the store can be written again', async () => {
    const { worker, store } = openWorker(() => done);
    let tries = 0;
    const flaky: RunStore = {
      ...store,
      end: async (run, end) => {
        tries += 1;
        if (tries === 1) throw new Error('the database is away');
        return store.end(run, end);
      },
    };
    const queue = openQueue(flaky, worker, options, silentJournal);
    expect(await (await queue.ask('a', 'install')).ended).toMatchObject({ state: 'done' });
    expect(tries).toBe(2);
    await queue.stop(0);
  });

  test('starts nothing once it is to stop, and lets those go who wait', async () => {
    const { worker, store } = openWorker(() => done);
    const queue = openQueue(store, worker, { ...options, limit: 0 }, silentJournal);
    const { ended } = await queue.ask('a', 'install');
    await queue.stop(0);
    expect(await ended).toBeUndefined();
    expect(await store.get(1)).toMatchObject({ state: 'queued' });
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
