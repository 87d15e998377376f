import { enableCompileCache, flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Failure, Share, ShareResult } from './campaign.ts';
import { plant } from './plant.ts';

const { from, to, step, fault, kinds } = workerData as Share;
// Of a planted fault most of the time would go into the sources, which every worker loads.
enableCompileCache();
if (fault !== undefined) plant(fault);

// Loaded only now: what is loaded before a fault is planted does not have it.
const { historyOf } = await import('./history.ts');
const { runHistory } = await import('./run-history.ts');

flushCompileCache();

const failures: Failure[] = [];
let touches = 0;
let histories = 0;
for (let seed = from; seed < to; seed += step) {
  const history = historyOf(seed);
  if (kinds !== undefined && !kinds.includes(history.kind)) continue;
  const outcome = await runHistory(history);
  touches += outcome.touches;
  histories += 1;
  if (outcome.violations.length > 0) failures.push({ seed, violations: outcome.violations });
  if (failures.length > 0 && fault !== undefined) break;
}
parentPort?.postMessage({ histories, touches, failures } satisfies ShareResult);
