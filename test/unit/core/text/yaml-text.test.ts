import { expect, test } from 'vitest';
import { linksOfNetplan } from '../../../../src/agent/network-config/netplan-links.ts';
import { nocloudReader } from '../../../../src/agent/sources/nocloud.ts';
import { parseYaml } from '../../../../src/core/text/yaml-text.ts';
import { growsTooFast, repeated } from '../../grows-too-fast.ts';

test.each([
  ['in a block', 'a: 1\nb: 2\na: 3\n', [{ line: 3, column: 1 }]],
  ['in braces', '{a: 1, b: 2, "a": 3}', [{ line: 1, column: 14 }]],
  ['beneath', 'x:\n  - a: 1\n    a: 2\n  - a: 3\n', [{ line: 3, column: 5 }]],
  ['as a number', '1: a\n0x1: b\n', [{ line: 2, column: 1 }]],
  ['as nothing', '~: a\nnull: b\n', [{ line: 2, column: 1 }]],
  [
    'three times',
    'a: 1\na: 2\na: 3\n',
    [
      { line: 2, column: 1 },
      { line: 3, column: 1 },
    ],
  ],
])('a key that is given twice is a mistake with its place: %s', (_, text, places) => {
  expect(parseYaml(text).mistakes).toEqual(places.map((place) => ({ ...place, problem: 'Map keys must be unique' })));
});

test.each([
  ['in two maps', 'a: {a: 1}\nb: {a: 1}\n'],
  ['as a number and as a text', '1: a\n"1": b\n'],
  ['as lists', '? [a]\n: 1\n? [a]\n: 2\n'],
])('a key that is there only once in its map is right: %s', (_, text) => {
  expect(parseYaml(text).mistakes).toEqual([]);
});

test('each mistake has its place', () => {
  expect(parseYaml('a: b: c\nd: "\n').mistakes).toMatchObject([
    { line: 1, column: 4 },
    { line: 3, column: 1 },
  ]);
});

const distinct =
  (textOf: (index: number) => string, start = '', end = '') =>
  (length: number) =>
    start +
    Array.from({ length: Math.floor(length / textOf(99_999).length) }, (_, index) => textOf(index)).join('') +
    end;

const blockOfKeys = distinct((index) => `k${index}: 1\n`);
const interfaces = distinct((index) => `    k${index}: {}\n`, 'network:\n  version: 2\n  ethernets:\n');
const drive = (name: string, start: string) => (text: string) => nocloudReader.parse(new Map([[name, start + text]]));

test.each<[string, (text: string) => unknown, (length: number) => string]>([
  ['keys in a block', parseYaml, blockOfKeys],
  ['keys in braces', parseYaml, distinct((index) => `k${index}: 1,\n`, '{', '}')],
  ['one key again and again', parseYaml, repeated('a: 1\n')],
  ['mistakes', parseYaml, repeated('- "')],
  ['brackets', parseYaml, repeated('ssh-[,', '[')],
  ['the keys of meta-data', drive('meta-data', ''), blockOfKeys],
  ['the keys of user-data', drive('user-data', '#cloud-config\n'), blockOfKeys],
  ['the interfaces of network-config', drive('network-config', ''), interfaces],
  ['the interfaces of netplan', linksOfNetplan, interfaces],
])('the time for %s grows as the text does', (_, read, textOf) => {
  expect(growsTooFast(read, textOf)).toBe(false);
});
