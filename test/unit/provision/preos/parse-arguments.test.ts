import { describe, expect, test } from 'vitest';
import { ArgumentError, type ArgumentTable, helpOf } from '../../../../src/provision/preos/argument-table.ts';
import { buildArguments } from '../../../../src/provision/preos/build-arguments.ts';
import { parseArguments } from '../../../../src/provision/preos/parse-arguments.ts';

const table = buildArguments('cdist preos debian');
const parsed = (...args: string[]) => {
  const { values, operands } = parseArguments(table, args);
  return { values: Object.fromEntries(values), operands };
};

describe('as argparse of Python', () => {
  test.each([
    [['-B', '-C', 'dir'], { bootstrap: [''], configure: [''] }],
    [['-BC', 'dir'], { bootstrap: [''], configure: [''] }],
    [['dir', '--bootstrap'], { bootstrap: [''] }],
    [['-k', 'one', 'dir', '-ktwo', '--keyfile=three'], { keyFile: ['one', 'two', 'three'] }],
    [['-Bp', 'pxe', 'dir'], { bootstrap: [''], pxeFolder: ['pxe'] }],
    [['-Bppxe', 'dir'], { bootstrap: [''], pxeFolder: ['pxe'] }],
    [['-p=pxe', 'dir'], { pxeFolder: ['pxe'] }],
    [['--pxe', 'pxe', 'dir'], { pxeFolder: ['pxe'] }],
    [['--root=', 'dir'], { rootPassword: [''] }],
    [['-t', 'curl -f http://x/', 'dir'], { trigger: ['curl -f http://x/'] }],
    [['-b', '--beta', 'dir'], { beta: ['', ''] }],
  ])('%j', (args, values) => {
    expect(parsed(...args)).toEqual({ values, operands: ['dir'] });
  });

  test('two dashes end the options', () => {
    expect(parsed('--', '-B')).toEqual({ values: {}, operands: ['-B'] });
  });

  test.each([
    [['--nosuch', 'dir'], 'unrecognized arguments: --nosuch'],
    [['-Z', '--nosuch'], 'unrecognized arguments: -Z --nosuch'],
    [['--re', 'x'], 'ambiguous option: --re could match --remote-exec, --remote-copy'],
    [['--bootstrap=yes'], "argument -B/--bootstrap: ignored explicit argument 'yes'"],
    [['-p'], 'argument -p/--pxe-boot-dir: expected one argument'],
    [['-p', '-B'], 'argument -p/--pxe-boot-dir: expected one argument'],
  ])('%j: %s', (args, message) => {
    expect(() => parsed(...args)).toThrow(new ArgumentError(message));
  });
});

test('where the first operand ends the options, all that follows is left as it is', () => {
  const ending: ArgumentTable = {
    program: 'x',
    options: table.options,
    operands: ['name', '...'],
    isFirstOperandLast: true,
  };
  expect(parseArguments(ending, ['-v', 'netbsd', '-v', '--', '-h'])).toMatchObject({
    operands: ['netbsd'],
    rest: ['-v', '--', '-h'],
  });
});

test('help shows each option', () => {
  const help = helpOf(table).join('\n');
  for (const { words } of Object.values(table.options)) for (const word of words) expect(help).toContain(word);
});
