import { expect, test } from 'vitest';
import { planPrune } from '../../../../src/provision/netboot/plan-prune.ts';

const version = (place: string, id: string, isCurrent = false) => ({
  place,
  id,
  isCurrent,
  folder: `/srv/${id}`,
  record: undefined,
});
const versions = [
  version('a', '4', true),
  version('a', '3'),
  version('a', '2'),
  version('b', '9', true),
  version('b', '1'),
];

test.each([
  [0, ['3', '2', '1']],
  [1, ['2']],
  [2, []],
])('keeping %i of each place, and the current one in any case, removes %j', (keep, removed) => {
  expect(planPrune(versions, keep).map(({ id }) => id)).toEqual(removed);
});
