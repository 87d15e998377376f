import { expect, test } from 'vitest';
import { drawBars } from '../../../bench/draw-bars.ts';
import { spreadOf } from '../../../bench/figures.ts';
import { renderTable } from '../../../bench/render-benchmarks.ts';
import { replaceTable } from '../../../bench/replace-table.ts';

const rounds = { ours: [{ boot: 3, mount: 1 }, { boot: 1 }, { boot: 2 }], rule: [{ boot: 4 }] };

test.each([
  [[5], { median: 5, least: 5, most: 5 }],
  [[3, 1, 2], { median: 2, least: 1, most: 3 }],
  [[4, 1, 2, 10], { median: 3, least: 1, most: 10 }],
])('%j: %j', (values, spread) => {
  expect(spreadOf(values)).toEqual(spread);
});

test('no values have no median', () => {
  expect(() => spreadOf([])).toThrow('nothing to measure');
});

test('a row per figure, a column per peer, and nothing where nothing was measured', () => {
  expect(renderTable(rounds)).toEqual([
    '| | ours | rule |',
    '| --- | --- | --- |',
    '| boot | 2.00 (1.00–3.00) | 4.00 |',
    '| mount | 1.00 |  |',
  ]);
});

test('the longest bar of a figure fills the width, and the others are as long as they are in proportion', () => {
  const widths = [...drawBars(rounds, 'a < b').matchAll(/<rect x="170" y="\d+" width="(\d+)"/g)].map(
    ([, width]) => width,
  );
  expect(widths).toEqual(['230', '460', '460']);
  expect(drawBars(rounds, 'a < b')).toContain('<title>a &lt; b</title>');
});

test('a table takes the place of the one before it, and only there', () => {
  const page = 'a\n<!-- one -->\n\nold\n\n<!-- end -->\nb\n<!-- two -->\n\n<!-- end -->\n';
  expect(replaceTable(page, 'one', ['| x |'])).toBe(page.replace('old', '| x |'));
  expect(() => replaceTable(page, 'three', [])).toThrow('no place for the table three');
});
