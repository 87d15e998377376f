import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const withoutReason = /\b(?:test|it|describe)\.(?:skip|skipIf|runIf|todo)\b/;

test('a test that does not run gives its reason: only `context.skip(reason)` can', () => {
  const files = globSync('test/**/*.ts').filter((file) => withoutReason.test(readFileSync(file, 'utf8')));
  expect(files).toEqual([]);
});
