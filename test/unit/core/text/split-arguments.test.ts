import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { splitArguments } from '../../../../src/core/text/split-arguments.ts';

test.each([
  ['', []],
  ['  \n', []],
  ['--role web', ['--role', 'web']],
  ['  --role\t web \n', ['--role', 'web']],
  [`--name "my  web" 'a b'`, ['--name', 'my  web', 'a b']],
  [`a"b c"d'e f'g`, ['ab cde fg']],
  [`"" ''`, ['', '']],
  [String.raw`a\ b \"q\"`, ['a b', '"q"']],
  [String.raw`"a\"b\\c\d"`, [String.raw`a"b\c\d`]],
  [String.raw`'a\b'`, [String.raw`a\b`]],
  ['one\\\ntwo', ['onetwo']],
  ['höhe=5 名前', ['höhe=5', '名前']],
])('%j is %j, as a shell splits it', (text, words) => {
  expect(splitArguments(text)).toEqual(words);
  const bash = execFileSync('sh', ['-c', `for word in ${text.trim()}; do printf '%s\\0' "$word"; done`], {
    encoding: 'utf8',
  });
  expect(bash.split('\0').slice(0, -1)).toEqual(words);
});

test.each(['$HOME', '$(reboot)', '`id`', '*', 'a;b', 'x|y', '~', '#', '{a,b}', '&&', '>f'])(
  '%j is only text',
  (text) => {
    expect(splitArguments(`x ${text}`)).toEqual(['x', text]);
  },
);

test.each([`"open`, `it's`, `a "b' c`])('%j: a quote that is never closed is refused', (text) => {
  expect(() => splitArguments(text)).toThrow(expect.objectContaining({ code: 'postboot.bad-arguments' }));
});
