import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../../src/core/text/json-text.ts';

const kibibyte = 1024;

describe('nesting', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  test.each<[string, string, boolean]>([
    ['32 levels', nested(32), true],
    ['33 levels', nested(33), false],
    ['33 levels behind an empty string', `["",${nested(32)}]`, false],
    ['brackets in a string', `"${'['.repeat(100)}"`, true],
    ['brackets in a string behind an escaped quote', `"\\"${'['.repeat(100)}"`, true],
    ['brackets behind a string that ends in a backslash', `["\\\\",${nested(32)}]`, false],
    ['many lists beside each other', `[${Array(100).fill('[]').join(',')}]`, true],
  ])('%s', (_, text, isRight) => expect(!('mistake' in parseJson(text))).toBe(isRight));
});

describe('the time for a text grows as the text does, whatever two characters it is made of', () => {
  const characters = ['"', '\\', '[', ']', '{', '}', ',', 'a'];
  const pieces = characters.flatMap((first) => characters.map((second) => first + second));
  // Short enough that a look is seldom interrupted by what else the machine does.
  const [small, large] = [16 * kibibyte, 128 * kibibyte];
  const factor = large / small;
  // Between what is linear (8) and what is quadratic (64).
  const limit = factor * Math.sqrt(factor);

  test.each(['', '"'])('behind %j', { timeout: 60_000 }, (start) => {
    const timesOf = (piece: string) =>
      fastest(start + piece.repeat((large - 2) / 2)) / fastest(start + piece.repeat((small - 2) / 2));
    // Looked at again as long as it seems so: what else the machine does may hit any one look.
    expect(pieces.filter((piece) => Array.from({ length: 12 }).every(() => timesOf(piece) > limit))).toEqual([]);
  });
});

/** Of five times, in milliseconds: what else the machine does only adds to each. */
function fastest(text: string): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    parseJson(text);
    return performance.now() - start;
  });
  return Math.min(...times);
}
