import { expect, test } from 'vitest';
import { syntaxLine } from '../../../../src/provision/preos/syntax-line.ts';

test.each([
  ['\n\nfunction (:', 'Function statements require a function name', 3],
  ["import { a } from 'b';\nexport const x = 1;\nexport class A {}\nlet y = ;", "Unexpected token ';'", 4],
  ['let x = ;', 'another message', undefined],
  ['export const x = await y();', "Unexpected token ';'", undefined],
])('%j: %s', (text, message, line) => {
  expect(syntaxLine(text, message)).toBe(line);
});
