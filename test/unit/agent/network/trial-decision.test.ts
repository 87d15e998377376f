import { expect, test } from 'vitest';
import { decideTrial, type TrialStanding } from '../../../../src/agent/network/trial-decision.ts';

const standing: TrialStanding = { isUntouched: true, hasOld: true, hasWayOut: false, inPlace: 'new' };

test.each<[row: number, story: string, changes: Partial<TrialStanding>, outcome: string]>([
  [10, 'a file that was changed since is kept', { isUntouched: false }, 'keep'],
  [11, 'what works is kept', { hasWayOut: true }, 'keep'],
  [12, 'where nothing was before there is nothing to return to', { hasOld: false }, 'keep'],
  [13, 'what does not work gives way to what was before', {}, 'return-to-old'],
  [14, 'what was before stays if it works', { inPlace: 'old', hasWayOut: true }, 'keep'],
  [15, 'what was before and does not work either gives way again', { inPlace: 'old' }, 'return-to-new'],
])('row %i: %s', (row, _, changes, outcome) => {
  expect(decideTrial({ ...standing, ...changes })).toMatchObject({ row, outcome });
});
