import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../../src/core/text/json-text.ts';
import { growsTooFast, repeated } from '../../grows-too-fast.ts';

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
  test.each(['', '"'])('behind %j', { timeout: 300_000 }, (start) => {
    expect([...pieces, 'ssh-'].filter((piece) => growsTooFast(parseJson, repeated(piece, start)))).toEqual([]);
  });
});
