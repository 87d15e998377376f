import { describe, expect, test } from 'vitest';
import { getopt } from '../../../../../src/provision/image/command-line/getopt.ts';

const known = [
  { name: 'image-size', takesValue: true },
  { name: 'image-cache', takesValue: true },
  { name: 'offline' },
  { name: 'offline-strict' },
  { name: 'output', short: 'o', takesValue: true, isNew: true },
  { name: 'trace', short: 'x', isNew: true },
] as const;

const read = (...args: string[]) => {
  const { options, operands } = getopt(args, known);
  return { options: options.map(({ option, value }) => `${option.name}=${value}`), operands };
};

describe('takes', () => {
  test.each([
    [['a', '--image-size', '2', 'b'], ['image-size=2'], ['a', 'b']],
    [['--image-size=2=3'], ['image-size=2=3'], []],
    [['--image-s', '2'], ['image-size=2'], []],
    [['--offline'], ['offline='], []],
    [['--offline-s'], ['offline-strict='], []],
    [['-x', '-xx'], ['trace=', 'trace=', 'trace='], []],
    [['-xoname'], ['trace=', 'output=name'], []],
    [['-o', '-x'], ['output=-x'], []],
    [['--output', 'n'], ['output=n'], []],
    [['-x', '--', '-x', '--offline'], ['trace='], ['-x', '--offline']],
    [['-', ''], [], ['-', '']],
  ])('%j', (args, options, operands) => {
    expect(read(...args)).toEqual({ options, operands });
  });
});

describe('refuses', () => {
  test.each([
    [['--nosuch'], 'image.unknown-option', '--nosuch'],
    [['-q'], 'image.unknown-option', '-q'],
    [['--image', '1'], 'image.ambiguous-option', '--image'],
    [['--off'], 'image.ambiguous-option', '--off'],
    [['a', '-o'], 'image.missing-value', '-o'],
    [['--image-size'], 'image.missing-value', '--image-size'],
    [['--offline=1'], 'image.unwanted-value', '--offline'],
    [['--outp', 'x'], 'image.unknown-option', '--outp'],
  ])('%j', (args, code, subject) => {
    expect(() => read(...args)).toThrow(expect.objectContaining({ code, subject, exitCode: 2 }));
  });
});

describe('names what was probably meant', () => {
  test.each([
    ['--imag-size', "unrecognized option (did you mean '--image-size'?)"],
    ['--ouput', "unrecognized option (did you mean '--output'?)"],
    ['--jsno', "unrecognized option (did you mean '--json'?)"],
    ['--nosuch', 'unrecognized option'],
  ])('%s', (word, message) => {
    expect(() => getopt([word], known, ['json'])).toThrow(expect.objectContaining({ message }));
  });
});
