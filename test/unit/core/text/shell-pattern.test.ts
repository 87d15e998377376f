import { expect, test } from 'vitest';
import { matchesPattern } from '../../../../src/core/text/shell-pattern.ts';

test.each([
  ['eth0', 'eth0', true],
  ['eth0', 'eth1', false],
  ['eth0', 'eth*', true],
  ['eth0', 'eth?', true],
  ['eth0', 'eth[01]', true],
  ['eth0', 'eth[!0]', false],
  ['eth0.5', 'eth0', false],
  ['eth0', '*', true],
])('%s is meant by %s: %s', (name, pattern, expected) => {
  expect(matchesPattern(name, pattern)).toBe(expected);
});
