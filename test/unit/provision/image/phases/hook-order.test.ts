import { expect, test } from 'vitest';
import { orderEnvironment, orderHooks } from '../../../../../src/provision/image/phases/hook-order.ts';

const able = (name: string) => ({ name, isFile: true, isExecutable: true });
const runs = (...names: string[]) => orderHooks(names.map(able)).runs;

test('by the number in front, and by bytes where it is the same', () => {
  expect(runs('99-last', '10-z', '010-y', '5-a', '05-b', 'noNumber')).toEqual([
    'noNumber',
    '05-b',
    '5-a',
    '010-y',
    '10-z',
    '99-last',
  ]);
});

test('no number is 0: before 1, and after a negative one', () => {
  expect(runs('1-one', '0-zero', '-x', '-3-neg', '-10-neg', 'UPPER', 'lower')).toEqual([
    '-10-neg',
    '-3-neg',
    '-x',
    '0-zero',
    'UPPER',
    'lower',
    '1-one',
  ]);
});

test('numbers of any length are compared as numbers', () => {
  expect(runs('99999999999999999999-b', '100000000000000000000-a', '20261128-c')).toEqual([
    '20261128-c',
    '99999999999999999999-b',
    '100000000000000000000-a',
  ]);
});

test('a name with anything else than letters, digits, - and _ does not run, and is told', () => {
  const names = ['10-x.sh', '11-back~', '12 with space', '13-hé', '14+plus', '15_fine'];
  expect(orderHooks(names.map(able))).toEqual({ runs: ['15_fine'], skipped: names.slice(0, 5) });
});

test('folders and what is not executable do not run, and are not told', () => {
  const folder = { name: '10-folder', isFile: false, isExecutable: true };
  const plain = { name: '11-plain', isFile: true, isExecutable: false };
  expect(orderHooks([folder, plain])).toEqual({ runs: [], skipped: [] });
});

test('RUN_PARTS_REGEX is another pattern, and then a fraction counts', () => {
  expect(orderHooks(['1.5-b', '1.25-a', 'x'].map(able), /^[0-9.]+-/)).toEqual({
    runs: ['1.25-a', '1.5-b'],
    skipped: ['x'],
  });
});

test('environment.d goes by bytes, with dots in names, executable or not', () => {
  const plain = (name: string) => ({ name, isFile: true, isExecutable: false });
  const names = ['noNumber', '9-b', '2-c', '10-a.bash', '10-a', 'Z', '14+plus', 'x~'];
  expect(orderEnvironment([...names.map(plain), { ...plain('15-folder'), isFile: false }])).toEqual([
    '10-a',
    '10-a.bash',
    '2-c',
    '9-b',
    'Z',
    'noNumber',
  ]);
});
