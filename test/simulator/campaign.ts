import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { HistoryKind } from './history.ts';
import type { Violation } from './run-history.ts';

export interface Campaign {
  /** The first history has this seed, the next one the next. */
  readonly seed: number;
  readonly histories: number;
  /** The name of a fault to plant into the agent; then it ends with the first history that finds it. */
  readonly fault?: string;
  /** Histories of these kinds alone; of all where it is not given. */
  readonly kinds?: readonly HistoryKind[];
  readonly workers?: number;
}

export interface CampaignResult {
  readonly histories: number;
  readonly touches: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

/** What a worker is told, and what it tells. */
export interface Share {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly fault: string | undefined;
  readonly kinds: readonly HistoryKind[] | undefined;
}

export interface ShareResult {
  readonly histories: number;
  readonly touches: number;
  readonly failures: readonly Failure[];
}

/** Runs many histories on all cores. @throws the error of a worker, as that of a fault that has no place in the sources any more */
export async function runCampaign({
  seed,
  histories,
  fault,
  kinds,
  workers = availableParallelism(),
}: Campaign): Promise<CampaignResult> {
  const start = performance.now();
  const shares = Array.from({ length: Math.min(workers, histories) }, (_, index): Share => {
    return { from: seed + index, to: seed + histories, step: workers, fault, kinds };
  });
  const ended = new AbortController();
  const running = shares.map((share) => runShare(share, ended.signal));
  // One history that finds a planted fault is enough.
  if (fault !== undefined)
    for (const share of running)
      share.then(
        ({ failures }) => failures.length > 0 && ended.abort(),
        () => {},
      );
  const results = await Promise.all(running);
  return {
    histories: results.reduce((sum, result) => sum + result.histories, 0),
    touches: results.reduce((sum, result) => sum + result.touches, 0),
    seconds: (performance.now() - start) / 1000,
    failures: results.flatMap((result) => result.failures).sort((a, b) => a.seed - b.seed),
  };
}

/** In a thread of its own, where the agent is loaded as Node loads it: so a fault can be planted into it. */
function runShare(share: Share, ended: AbortSignal): Promise<ShareResult> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share, execArgv: [] });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (status) => reject(new Error(`a worker ended with status ${status} and no result`)));
    ended.addEventListener('abort', () => {
      resolve({ histories: 0, touches: 0, failures: [] });
      void worker.terminate();
    });
  });
}
