import { expect, test } from 'vitest';
import { decide, decideAlways, type DecisionTable } from '../../../../src/core/decision/decision-table.ts';

const table: DecisionTable<number, 'refuse' | 'allow'> = {
  document: 'docs/decisions/example.md',
  rows: [
    { row: 1, code: 'negative', applies: (subject) => subject < 0 && `${subject} is negative`, outcome: 'refuse' },
    { row: 2, code: 'small', applies: (subject) => subject < 10 && 'it is small', outcome: 'allow' },
  ],
};

test('the first row that applies is the answer, also where a later one would apply', () => {
  expect(decide(table, -1)).toEqual({ row: 1, code: 'negative', because: '-1 is negative', outcome: 'refuse' });
  expect(decide(table, 1)).toMatchObject({ row: 2, outcome: 'allow' });
});

test('where no row applies there is no answer, and a table that promises one says that it has a gap', () => {
  expect(decide(table, 10)).toBeUndefined();
  expect(() => decideAlways(table, 10)).toThrow('no row of docs/decisions/example.md applies');
});
