import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { assignedWord, shellWords } from '../../../../src/core/text/shell-words.ts';

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
  ['"a\\\nb"', ['ab']],
  [String.raw`"\$x \`"`, ['$x `']],
  ['a\u00a0b', ['a\u00a0b']],
  ['höhe=5 名前', ['höhe=5', '名前']],
])('%j is %j, as a shell splits it', (text, words) => {
  expect(shellWords(text)).toEqual(words);
  const bash = execFileSync('sh', ['-c', `for word in ${text.trim()}; do printf '%s\\0' "$word"; done`], {
    encoding: 'utf8',
  });
  expect(bash.split('\0').slice(0, -1)).toEqual(words);
});

test.each(['$HOME', '$(reboot)', '`id`', '*', 'a;b', 'x|y', '~', '#', '{a,b}', '&&', '>f'])(
  '%j is only text',
  (text) => {
    expect(shellWords(`x ${text}`)).toEqual(['x', text]);
  },
);

test.each([`"open`, `it's`, `a "b' c`])('%j: a quote that is never closed is refused', (text) => {
  expect(shellWords(text)).toBeUndefined();
  expect(assignedWord(text.replace(/^a /, ''))).toBeUndefined();
});

test.each([
  ['a#b', 'a#b'],
  ['a # b', 'a'],
  ['a;:', 'a'],
  ['"a;b"', 'a;b'],
  [String.raw`a"b c"'d e'\ f`, 'ab cd e f'],
  [String.raw`a\;b`, 'a;b'],
])('%j behind `=` assigns %j, as in a shell', (text, word) => {
  expect(assignedWord(text)).toBe(word);
  expect(execFileSync('sh', ['-c', `v=${text}\nprintf %s "$v"`], { encoding: 'utf8' })).toBe(word);
});

test.each(['a b', 'a& b', 'a|b', 'a\tb', 'a\r'])('%j behind `=` assigns its first word', (text) => {
  expect(assignedWord(text)).toBe('a');
});

test('a comment in the place of a value is not a value', () => {
  expect(assignedWord('# none')).toBe('');
});
