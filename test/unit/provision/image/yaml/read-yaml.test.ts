import { expect, test } from 'vitest';
import { readYaml } from '../../../../../src/provision/image/yaml/read-yaml.ts';

// What yaml.safe_load of PyYAML 6.0 makes of each, tried.
test.each([
  ['y', 'y'],
  ['N', 'N'],
  ['yes', true],
  ['Off', false],
  ['TRUE', true],
  ['8e00', '8e00'],
  ['1.5e3', '1.5e3'],
  ['1.5e+3', 1500],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['09', '09'],
  ['017', 15],
  ['0x1f', 31],
  ['1_000', 1000],
  ['0b11', 3],
  ['1:30', 90],
  ['~', null],
  ['0', 0],
  ['-7', -7],
  ['"yes"', 'yes'],
])('%s is read as PyYAML reads it', (text, value) => {
  expect(readYaml(text)).toEqual({ value });
});

test('keys can be kept as they are written', () => {
  expect(readYaml('{type: 017, size: 017}', ['type'])).toEqual({ value: { type: '017', size: 15 } });
});

test('a mistake has its line', () => {
  expect(readYaml('a: b\nc: [\n').mistake).toMatch(/^line [23]: /);
});

test('the last of two keys counts, and a map can be merged', () => {
  expect(readYaml('a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\na: 4')).toEqual({ value: { a: 4, b: { k: 3, l: 2 } } });
});

test('a bomb of aliases is refused', () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [index, name] of [...'bcdefgh'].entries()) {
    const before = 'abcdefgh'[index];
    lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
  }
  expect(readYaml(lines.join('\n')).mistake).toMatch(/alias/i);
});
