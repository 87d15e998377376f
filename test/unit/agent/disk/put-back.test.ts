import { expect, test } from 'vitest';
import type { DetachTarget } from '../../../../src/agent/disk/observe-detach.ts';
import { planDetachNamed } from '../../../../src/agent/disk/plan-detach-named.ts';
import { targetsToPutBack } from '../../../../src/agent/disk/put-back.ts';
import { attached, device, diskFacts, mountAt, record } from './disk-example.ts';

const facts = diskFacts({ records: [record], mounts: [mountAt('/srv/data')] });
const target: DetachTarget = { record: { ...record, mountPoint: '/srv/data' }, attached, facts, units: [], users: [] };
const steps = planDetachNamed(
  { named: device, family: [device], targets: [target], idle: undefined, layers: [], disks: [], records: [record] },
  false,
);
const detached = { ...record, mountPoint: null, isDetached: true };
const outcomesOf = (...isDone: boolean[]) =>
  isDone.map((done) => ({ step: '', changed: [], failure: done ? null : new Error('no'), skipped: false }));

test.each([
  ['it could not be unmounted', [false, true], record, true],
  ['it was unmounted, and not released', [true, false], detached, true],
  ['another run unmounted it, so that this one could not', [false, true], detached, false],
  ['there is no record of it any more', [false, true], undefined, true],
])('%s', (_, isDone, now, isPutBack) => {
  const found = targetsToPutBack([target], steps, outcomesOf(...isDone), now === undefined ? [] : [now]);
  expect(found).toEqual(isPutBack ? [target] : []);
});
