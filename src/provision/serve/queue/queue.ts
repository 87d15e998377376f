import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from '../../../core/system/journal.ts';
import { describeError } from '../../../core/error/agent-error.ts';
import { isEnded, isRetried, type Run, type RunAction, type RunEnd } from './run.ts';
import type { RunStore } from './run-store.ts';

export interface QueueOptions {
  /** How many runs are under way at once, of all machines. */
  readonly limit: number;
  /** How many attempts may follow the first. */
  readonly retries: number;
  /** Before the second attempt; each later one waits twice as long as the one before it. */
  readonly retryDelaySeconds: number;
  /** Whether servers of other machines have the queue open: then it is looked at all the time. */
  readonly isShared: boolean;
}

/** Who works on the runs of a queue. */
export interface Worker {
  /** Names this server among all that may have the queue open. */
  readonly name: string;
  /** Whether the others can see that this server works; while they cannot, it takes nothing. */
  isPresent(): boolean;
  /** Whether the server of that name still works. */
  isThere(name: string): Promise<boolean>;
  /** Does what the run is for; `signal` cuts it off. Throws nothing that it could return. */
  work(run: Run, signal: AbortSignal): Promise<RunEnd>;
  /** Ends what is left of a run whose server is gone. */
  clear(run: Run): Promise<void>;
}

export interface Asked {
  /** As it is when it was asked for; one that was queued or under way already is shared. */
  readonly run: Run;
  /** Once it has ended, after the last attempt; undefined where this server stops before. */
  readonly ended: Promise<Run | undefined>;
}

export interface Queue {
  ask(address: string, action: RunAction): Promise<Asked>;
  /** Takes up what an earlier server left, and starts what waits. */
  start(): Promise<void>;
  /** Cuts off what is under way: the others take this server for gone. */
  interrupt(): void;
  /** Starts nothing more; lets what is under way end within `graceSeconds`, then cuts it off. */
  stop(graceSeconds: number): Promise<void>;
}

/** How often it is looked, while somebody waits, what another server that has the queue open did. */
const lookAgainMs = 500;

const maximalDelaySeconds = 3600;

/**
 * One run at a time for a machine, `limit` at a time in all, in the order in which they were asked for. The store has the
 * truth; what is kept here is who waits and what this process works on.
 */
export function openQueue(store: RunStore, worker: Worker, options: QueueOptions, journal: Journal): Queue {
  const waiting = new Map<number, PromiseWithResolvers<Run | undefined>>();
  const resting = new Set<NodeJS.Timeout>();
  const underWay = new Map<number, { readonly abort: AbortController; readonly done: Promise<void> }>();
  let isStopping = false;
  let look: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();
  let isStartWanted = false;

  const tell = (run: Run) => {
    if (!isEnded(run)) return;
    waiting.get(run.id)?.resolve(run);
    waiting.delete(run.id);
  };

  /** One look at the queue after the other; all who ask while one is under way share the next. */
  const startWaiting = () => {
    if (isStartWanted) return;
    isStartWanted = true;
    starting = starting.then(claimWaiting).catch((error: unknown) => {
      journal.error(`cannot take what waits: ${describeError(error)}`);
      lookLater();
    });
  };

  const claimWaiting = async () => {
    isStartWanted = false;
    while (!isStopping && worker.isPresent()) {
      const run = await store.claim(worker.name, options.limit);
      if (run === undefined) return;
      const abort = new AbortController();
      underWay.set(run.id, { abort, done: carryOut(run, abort.signal) });
    }
  };

  const carryOut = async (run: Run, signal: AbortSignal) => {
    const end = await worker.work(run, signal).catch((error: unknown) => {
      journal.error(`run ${run.id} for ${run.address} stopped: ${describeError(error)}`);
      return { state: 'failed', reason: describeError(error) } as const;
    });
    await settleSurely(run, end);
    underWay.delete(run.id);
    startWaiting();
  };

  /** An end that cannot be written is not lost while this server works. */
  const settleSurely = async (run: Run, end: RunEnd) => {
    for (;;) {
      try {
        return await settle(run, end);
      } catch (error) {
        journal.error(`cannot write the end of run ${run.id}: ${describeError(error)}`, { run: run.id });
        if (isStopping) return;
        await sleep(lookAgainMs);
      }
    }
  };

  const settle = async (run: Run, end: RunEnd) => {
    const isAgain = isRetried(end, run.attempt, options.retries);
    // What the end of a server cut off waits for no delay: it is the next server that starts it.
    const rest = end.state === 'interrupted' ? 0 : delayBefore(run.attempt + 1, options.retryDelaySeconds);
    const next = await (isAgain ? store.requeue(run, end, rest) : store.end(run, end));
    const fields = { run: run.id, host: run.address, action: run.action, attempt: run.attempt, reason: end.reason };
    if (end.state === 'done') journal.info(`run ${run.id} is done`, fields);
    else journal.warn(`run ${run.id}: ${end.state}`, fields);
    if (next.state === 'queued' && rest > 0) startAfter(rest);
    tell(next);
  };

  const startAfter = (seconds: number) => {
    const timer = setTimeout(() => {
      resting.delete(timer);
      startWaiting();
    }, seconds * 1000);
    resting.add(timer);
  };

  /** Runs of servers that are gone are interrupted; those of servers that still work are looked at again. */
  const takeUp = async () => {
    for (const run of (await store.running()).filter(({ owner }) => owner !== worker.name)) {
      if (await worker.isThere(run.owner ?? '')) continue;
      await worker.clear(run);
      await settle(run, { state: 'interrupted', reason: 'the server ended while it was under way' });
    }
    for (const [id, { resolve }] of waiting) {
      const run = await store.get(id);
      if (run !== undefined && !isEnded(run)) continue;
      resolve(run);
      waiting.delete(id);
    }
    startWaiting();
  };

  const lookAtOthers = async () => {
    const isShared = await takeUp()
      .then(async () => options.isShared || (await store.running()).some(({ owner }) => owner !== worker.name))
      .catch((error: unknown) => {
        journal.error(`cannot look at the queue: ${describeError(error)}`);
        return true;
      });
    look = undefined;
    if (isShared || waiting.size > 0) lookLater();
  };

  const lookLater = () => {
    if (!isStopping) look ??= setTimeout(lookAtOthers, lookAgainMs);
  };

  const interrupt = () => {
    for (const { abort } of underWay.values()) abort.abort();
  };

  return {
    ask: async (address, action) => {
      const run = await store.ask(address, action);
      const promise = waiting.get(run.id) ?? Promise.withResolvers<Run | undefined>();
      waiting.set(run.id, promise);
      startWaiting();
      lookLater();
      return { run, ended: promise.promise };
    },
    start: lookAtOthers,
    interrupt,
    stop: async (graceSeconds) => {
      isStopping = true;
      clearTimeout(look);
      for (const timer of resting) clearTimeout(timer);
      await starting;
      const deadline = setTimeout(interrupt, graceSeconds * 1000);
      await Promise.all([...underWay.values()].map(({ done }) => done));
      clearTimeout(deadline);
      for (const { resolve } of waiting.values()) resolve(undefined);
      waiting.clear();
    },
  };
}

/** Seconds; the second attempt is the first that waits. */
function delayBefore(attempt: number, retryDelaySeconds: number): number {
  return Math.min(retryDelaySeconds * 2 ** (attempt - 2), maximalDelaySeconds);
}
