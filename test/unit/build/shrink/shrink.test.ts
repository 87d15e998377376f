import { expect, test } from 'vitest';
import { shrink } from '../../../../tools/shrink/shrink.ts';
import { UnknownLayout } from '../../../../tools/shrink/unknown-layout.ts';

const known = { name: 'known', empty: (executable: Buffer) => executable.fill(0, 0, 2).length };
const failing = (error: Error) => ({
  name: 'unknown',
  empty: () => {
    throw error;
  },
});

test('a part of unknown layout is told, and the others are emptied', () => {
  const executable = Buffer.from('abcd');
  const told = shrink(executable, [failing(new UnknownLayout('it has no table')), known]);
  expect(told).toEqual(['unknown: left as it is: it has no table']);
  expect(executable).toEqual(Buffer.from('\0\0cd'));
});

test('any other error ends the build', () => {
  expect(() => shrink(Buffer.alloc(4), [failing(new RangeError('a bug'))])).toThrow('a bug');
});
