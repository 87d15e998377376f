import { expect, test } from 'vitest';
import { plainText, styled } from '../../../../src/core/command/line.ts';
import { type Column, renderTable } from '../../../../src/core/command/render-table.ts';

const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'SIZE', isRight: true },
  { title: 'LABEL', isLeftOut: 1 },
  { title: 'SERIAL', isLeftOut: 2 },
  { title: 'STATE' },
];
const rows = [
  ['sda', '3 GiB', '-', 'boot', 'system disk'],
  ['sdb', '64 MiB', 'data', 'volume-1', styled('green', 'mounted at /srv/data')],
];
const drawn = (width: number) => renderTable(columns, rows, width).map(plainText);

test('columns are as wide as their widest cell, numbers on the right', () => {
  expect(drawn(Number.POSITIVE_INFINITY)).toEqual([
    'NAME    SIZE  LABEL  SERIAL    STATE',
    'sda    3 GiB  -      boot      system disk',
    'sdb   64 MiB  data   volume-1  mounted at /srv/data',
  ]);
});

test('what matters least is left out until all fits', () => {
  expect(drawn(45)[2]).toBe('sdb   64 MiB  data   mounted at /srv/data');
  expect(drawn(40)[2]).toBe('sdb   64 MiB  mounted at /srv/data');
});

test('what is too long even then ends with an ellipsis', () => {
  expect(drawn(24)).toEqual(['NAME    SIZE  STATE', 'sda    3 GiB  system di…', 'sdb   64 MiB  mounted a…']);
});
