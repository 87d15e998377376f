import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// A literal behind what an expression can follow. What is made with `new RegExp` is not seen here.
const literal = /(?<=[\s(,=!?:[])\/(?![ /*])((?:[^/\\\n[]|\\.|\[(?:[^\]\\]|\\.)*\])+)\/([gimsuy]*)/g;

const patterns = globSync('src/**/*.ts').flatMap((file) => {
  const code = readFileSync(file, 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  return [...code.matchAll(literal)]
    .filter(([, source = '']) => /[*+]/.test(source))
    .map(([, source = '', flags = '']) => ({ file, pattern: new RegExp(source, flags.replace('y', '')) }));
});

/** What patterns for white space, numbers, paths and quotes go over more than once; each is repeated. */
const pieces = [' ', '\n', '\t\n', '\n\0', '/', '0', '1.', '\\"', "'", '"', 'a', 'a\n', ']', 'AAAA ', ': '];
const starts = ['', 'a', '"', '#', ']', 'auto.master'];
const [small, large] = [1024, 32 * 1024];
const factor = large / small;
const limit = factor * Math.sqrt(factor);
/** On a host with five times as much to run as it has processors, four looks were not enough. */
const looks = 12;

test('the patterns are found', () => expect(patterns.length).toBeGreaterThan(80));

test('the time of a pattern grows as its text does', { timeout: 120_000 }, () => {
  const slow = patterns.flatMap(({ file, pattern }) => {
    const found = texts().find((text) => growsTooFast(pattern, text));
    return found === undefined ? [] : [`${file}: ${pattern} on ${JSON.stringify(found(5))}`];
  });
  expect(slow).toEqual([]);
});

function texts(): ((repeats: number) => string)[] {
  return starts.flatMap((start) =>
    pieces.map((piece) => (repeats: number) => `${start}${piece.repeat(repeats)}\u0001`),
  );
}

/** Looked at again as long as it seems so: what else the machine does may hit any one look. */
function growsTooFast(pattern: RegExp, text: (repeats: number) => string): boolean {
  const [short, long] = [text(small), text(large)];
  return Array.from({ length: looks }).every(() => fastest(pattern, long) > limit * fastest(pattern, short));
}

function fastest(pattern: RegExp, text: string): number {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    if (pattern.global) text.replaceAll(pattern, '');
    else pattern.exec(text);
    return performance.now() - start;
  });
  return Math.min(...times);
}
