import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { growsTooFast, repeated } from './grows-too-fast.ts';

// A literal behind what an expression can follow. What is made with `new RegExp` is not seen here.
const literal = /(?<=[\s(,=!?:[])\/(?![ /*])((?:[^/\\\n[]|\\.|\[(?:[^\]\\]|\\.)*\])+)\/([gimsuy]*)/g;

const patterns = globSync('src/**/*.ts').flatMap((file) => {
  const code = readFileSync(file, 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  return [...code.matchAll(literal)]
    .filter(([, source = '']) => /[*+]/.test(source))
    .map(([, source = '', flags = '']) => ({ file, pattern: new RegExp(source, flags.replace('y', '')) }));
});

/** What patterns for white space, numbers, paths and quotes go over more than once; each is repeated. */
const pieces = [
  ' ',
  '\n',
  '\t\n',
  '\n\0',
  '/',
  '0',
  '1.',
  '\\"',
  "'",
  '"',
  'a',
  'a\n',
  '[',
  ']',
  'AAAA ',
  'ssh-',
  ': ',
];
const starts = ['', 'a', '"', '#', ']', 'auto.master'];
const texts = starts.flatMap((start) =>
  pieces.map((piece) => ({ start, piece, textOf: remembered(repeated(piece, start, '\u0001')) })),
);

test('the patterns are found', () => expect(patterns.length).toBeGreaterThan(80));

test('the time of a pattern grows as its text does', { timeout: 300_000 }, () => {
  const slow = patterns.flatMap(({ file, pattern }) => {
    const found = texts.find(({ textOf }) => growsTooFast((text) => goOver(pattern, text), textOf));
    return found === undefined ? [] : [`${file}: ${pattern} on ${JSON.stringify(found)}`];
  });
  expect(slow).toEqual([]);
});

/** Each is made once per length: there are many patterns. */
function remembered(textOf: (length: number) => string): (length: number) => string {
  const made = new Map<number, string>();
  return (length) => {
    const text = made.get(length) ?? textOf(length);
    made.set(length, text);
    return text;
  };
}

function goOver(pattern: RegExp, text: string): void {
  if (pattern.global) text.replaceAll(pattern, '');
  else pattern.exec(text);
}
