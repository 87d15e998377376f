import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const document = readFileSync('docs/comparison.md', 'utf8');
const source = readFileSync('test/vm/comparison.nightly.test.ts', 'utf8');
const tables = document.split('\n\n').filter((part) => part.startsWith('|'));
const [seen = [], proofs = []] = tables.map((table) => table.split('\n').slice(2).map(cellsOf));

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test('each row of what was seen has a row of tests', () => {
  expect(seen.length).toBeGreaterThan(5);
  // The row of the tests has the same first words.
  expect(seen.filter(([what = ''], index) => !what.startsWith(proofs[index]?.[0] ?? '-'))).toEqual([]);
  expect(proofs).toHaveLength(seen.length);
});

test.each(proofs.flatMap(([what = '', ...names]) => names.map((name) => [what, name.replaceAll('"', '')] as const)))(
  '%s: there is the test "%s"',
  (_, name) => {
    expect(source).toContain(`test('${name}`);
  },
);
