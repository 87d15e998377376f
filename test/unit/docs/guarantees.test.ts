import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const document = readFileSync('docs/guarantees.md', 'utf8');
/** A promise, the file and the name of its test, and a figure. */
const rows = document.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:promise|---)/.test(line));

test('each promise names its proof', () => {
  expect(rows.length).toBeGreaterThan(30);
  const without = rows.filter((row) => !/\| `test\/[^`]+\.ts`: "[^"]+" \|/.test(row));
  expect(without).toEqual([]);
});

const proofs = [...document.matchAll(/`(test\/[^`]+\.ts)`: "([^"]+)"/g)].map(
  ([, file = '', name = '']) => [file, name] as const,
);

test.each(proofs)('%s has the test "%s"', (file, name) => {
  expect(existsSync(file), `${file} does not exist`).toBe(true);
  const source = readFileSync(file, 'utf8').replaceAll("\\'", "'");
  expect(source.includes(name), `${file} has no such test`).toBe(true);
});
