import { expect, test } from 'vitest';
import { parseOnce } from '../../../../src/core/text/parse-once.ts';

test('a text is parsed once, and again after as many others as are kept', () => {
  const parsed: string[] = [];
  const parse = parseOnce((text) => parsed.push(text), 2);
  expect([parse('a'), parse('a'), parse('b'), parse('a'), parse('c'), parse('a')]).toEqual([1, 1, 2, 1, 3, 4]);
  expect(parsed).toEqual(['a', 'b', 'c', 'a']);
});

test('a text that is refused is refused each time', () => {
  const parse = parseOnce((text) => JSON.parse(text));
  expect(() => parse('{')).toThrow(SyntaxError);
  expect(() => parse('{')).toThrow(SyntaxError);
  expect(parse('{}')).toEqual({});
});
