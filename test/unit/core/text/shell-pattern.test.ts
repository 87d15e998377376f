import { expect, test } from 'vitest';
import { matchesPattern } from '../../../../src/core/text/shell-pattern.ts';
import { growsTooFast, repeated } from '../../grows-too-fast.ts';

test.each([
  ['eth0', 'eth0', true],
  ['eth0', 'eth1', false],
  ['eth0', 'eth', false],
  ['eth', 'eth0', false],
  ['eth0', 'eth*', true],
  ['eth', 'eth*', true],
  ['eth0', '*h*0', true],
  ['eth0', '*h*1', false],
  ['abcabd', '*ab?', true],
  ['eth0', 'eth?', true],
  ['eth', 'eth?', false],
  ['eth0', 'eth[01]', true],
  ['eth2', 'eth[01]', false],
  ['eth5', 'eth[0-4a5]', true],
  ['eth-', 'eth[a-]', true],
  ['eth0', 'eth[!0]', false],
  ['eth1', 'eth[!0]', true],
  ['eth]', 'eth[]]', true],
  ['eth[', 'eth[', true],
  ['a[b', 'a[?', true],
  ['a[b', '?[\\b', true],
  ['a]b', 'a[]b', false],
  ['a[]b', 'a[]b', true],
  ['a[!]b', 'a[!]*', true],
  ['b[c', '[ab][c', true],
  ['b[c', '[ab][[[]c', true],
  ['eth*', 'eth\\*', true],
  ['eth0', 'eth\\*', false],
  ['eth\\', 'eth\\', true],
  ['eth0.5', 'eth0', false],
  ['eth0', '*', true],
  ['', '*', true],
  ['', '', true],
  ['.hidden', '*', false],
  ['.hidden', '?hidden', false],
  ['.hidden', '.*', true],
  ['a/b', 'a*', true],
  ['é1', '?1', true],
])('%s is meant by %s: %s', (name, pattern, expected) => {
  expect(matchesPattern(name, pattern)).toBe(expected);
});

test.each([
  ['eth0', 'eth{0,1}'],
  ['eth0', '+(eth0)'],
  ['eth0', '!(eth1)'],
])('what only some shells know means itself: %s is not meant by %s', (name, pattern) => {
  expect(matchesPattern(name, pattern)).toBe(false);
});

test('a pattern of many stars takes no more than in proportion', () => {
  const name = 'a'.repeat(20_000);
  const start = performance.now();
  expect(matchesPattern(name, `${'*a'.repeat(20)}*b`)).toBe(false);
  const few = performance.now() - start;
  const again = performance.now();
  expect(matchesPattern(name, `${'*a'.repeat(200)}*b`)).toBe(false);
  expect(performance.now() - again).toBeLessThan(20 * few + 100);
});

const pieces = ['[', '[!', '[]', '[a', '[a]', '[]]', ']', '\\', '*', '*?', 'a', 'a-', '😀'];

test.each(pieces)('the time for a pattern of %j grows as the pattern does', (piece) => {
  const slow = ['', '*', '['].filter((start) =>
    growsTooFast((pattern) => matchesPattern('eth0', pattern), repeated(piece, start)),
  );
  expect(slow).toEqual([]);
});

test.each(['*a*b', '*[!a]', 'a*', '?*[a-c]*'])('the time of %s grows as the name does', (pattern) => {
  const slow = ['a', 'ab', '[', '😀'].filter((piece) =>
    growsTooFast((name) => matchesPattern(name, pattern), repeated(piece)),
  );
  expect(slow).toEqual([]);
});
