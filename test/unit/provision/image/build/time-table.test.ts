import { expect, test } from 'vitest';
import { timeLines } from '../../../../../src/provision/image/build/time-table.ts';

test('steps in their order with their share, what is left, and the whole', () => {
  const rows = [
    { what: 'root.d/10-os', seconds: 6 },
    { what: 'the images', seconds: 1.5 },
  ];
  expect(timeLines(rows, 10)).toEqual([
    'where the time went:',
    '    6.000 s  60 %  root.d/10-os',
    '    1.500 s  15 %  the images',
    '    2.500 s  25 %  everything else',
    '   10.000 s 100 %  in all',
  ]);
});
