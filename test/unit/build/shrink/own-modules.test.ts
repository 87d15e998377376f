import { expect, test } from 'vitest';
import { emptyModules, textsOfModules } from '../../../../tools/shrink/own-modules.ts';
import { UnknownLayout } from '../../../../tools/shrink/unknown-layout.ts';

const texts = new Map([
  ['a', 'exports.a = 1;'],
  ['b', 'exports.b = 2;'],
]);

test('the text of each module becomes blanks of the same length', () => {
  const executable = Buffer.from('Node exports.a = 1; and exports.b = 2; end');
  expect(emptyModules(executable, texts)).toBe(28);
  expect(executable.toString()).toBe(`Node ${' '.repeat(14)} and ${' '.repeat(14)} end`);
});

test.each([
  ['not there', 'Node exports.a = 1; end'],
  ['there twice', 'exports.a = 1; exports.b = 2; exports.b = 2;'],
])('where one of them is %s nothing is changed', (_, text) => {
  const executable = Buffer.from(text);
  expect(() => emptyModules(executable, texts)).toThrow(UnknownLayout);
  expect(executable.toString()).toBe(text);
});

test("Node's own modules are found by name, and it is an error if there is none", () => {
  expect(textsOfModules((name) => name === 'path').get('path')).toContain('basename');
  expect(() => textsOfModules((name) => name === 'no-such-module')).toThrow(UnknownLayout);
});
