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
}

/** Who works on the runs of a queue. */
export interface Worker {
  /** Names this server among all that may have the queue open. */
  readonly name: string;
  /** Whether the server of that name still works. */
  isThere(name: string): boolean;
  /** Does what the run is for; `signal` cuts it off. Throws nothing that it could return. */
  work(run: Run, signal: AbortSignal): Promise<RunEnd>;
  /** Ends what is left of a run whose server is gone. */
  clear(run: Run): Promise<void>;
  /** After each change of a run. */
  changed(run: Run): void;
}

export interface Asked {
  /** As it is when it was asked for; one that was queued or under way already is shared. */
  readonly run: Run;
  /** Once it has ended, after the last attempt; undefined where this server stops before. */
  readonly ended: Promise<Run | undefined>;
}

export interface Queue {
  ask(address: string, action: RunAction): Asked;
  /** Takes up what an earlier server left, and starts what waits. */
  start(): Promise<void>;
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
  const resting = new Map<number, NodeJS.Timeout>();
  const underWay = new Map<number, { readonly abort: AbortController; readonly done: Promise<void> }>();
  let isStopping = false;
  let look: NodeJS.Timeout | undefined;

  const tell = (run: Run) => {
    worker.changed(run);
    if (!isEnded(run)) return;
    waiting.get(run.id)?.resolve(run);
    waiting.delete(run.id);
  };

  const startWaiting = () => {
    while (!isStopping) {
      const run = store.claim(worker.name, options.limit, new Set(resting.keys()));
      if (run === undefined) return;
      const abort = new AbortController();
      underWay.set(run.id, { abort, done: carryOut(run, abort.signal) });
      tell(run);
    }
  };

  const carryOut = async (run: Run, signal: AbortSignal) => {
    const end = await worker.work(run, signal).catch((error: unknown) => {
      journal.error(`run ${run.id} for ${run.address} stopped: ${describeError(error)}`);
      return { state: 'failed', reason: describeError(error) } as const;
    });
    underWay.delete(run.id);
    settle(run, end);
    startWaiting();
  };

  const settle = (run: Run, end: RunEnd) => {
    const fields = { run: run.id, host: run.address, action: run.action, attempt: run.attempt, reason: end.reason };
    if (end.state === 'done') journal.info(`run ${run.id} is done`, fields);
    else journal.warn(`run ${run.id}: ${end.state}`, fields);
    const isAgain = isRetried(end, run.attempt, options.retries);
    const next = isAgain ? store.requeue(run, end) : store.end(run, end);
    // What the end of a server cut off waits for no delay: it is the next server that starts it.
    if (next.state === 'queued' && end.state !== 'interrupted') rest(next);
    tell(next);
  };

  const rest = ({ id, attempt }: Run) => {
    const seconds = Math.min(options.retryDelaySeconds * 2 ** (attempt - 2), maximalDelaySeconds);
    const timer = setTimeout(() => {
      resting.delete(id);
      startWaiting();
    }, seconds * 1000);
    resting.set(id, timer);
  };

  /** Runs of servers that are gone are interrupted; those of servers that still work are looked at again. */
  const takeUp = async () => {
    for (const run of store.running().filter(({ owner }) => owner !== worker.name)) {
      if (worker.isThere(run.owner ?? '')) continue;
      await worker.clear(run);
      settle(run, { state: 'interrupted', reason: 'the server ended while it was under way' });
    }
    for (const id of waiting.keys()) {
      const run = store.get(id);
      if (run === undefined || isEnded(run)) waiting.get(id)?.resolve(run);
      if (run === undefined || isEnded(run)) waiting.delete(id);
    }
    startWaiting();
  };

  const lookAtOthers = async () => {
    await takeUp().catch((error: unknown) => journal.error(`cannot look at the queue: ${describeError(error)}`));
    const isShared = waiting.size > 0 || store.running().some(({ owner }) => owner !== worker.name);
    look = undefined;
    if (isShared) lookLater();
  };

  const lookLater = () => {
    if (!isStopping) look ??= setTimeout(lookAtOthers, lookAgainMs);
  };

  return {
    ask: (address, action) => {
      const { run, isNew } = store.ask(address, action);
      const promise = waiting.get(run.id) ?? Promise.withResolvers<Run | undefined>();
      waiting.set(run.id, promise);
      if (isNew) tell(run);
      startWaiting();
      lookLater();
      return { run, ended: promise.promise };
    },
    start: lookAtOthers,
    stop: async (graceSeconds) => {
      isStopping = true;
      clearTimeout(look);
      for (const timer of resting.values()) clearTimeout(timer);
      const deadline = setTimeout(() => {
        for (const { abort } of underWay.values()) abort.abort();
      }, graceSeconds * 1000);
      await Promise.all([...underWay.values()].map(({ done }) => done));
      clearTimeout(deadline);
      for (const { resolve } of waiting.values()) resolve(undefined);
      waiting.clear();
    },
  };
}
