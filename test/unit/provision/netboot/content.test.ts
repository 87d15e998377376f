import { expect, test } from 'vitest';
import { digested, plausible } from '../../../../src/provision/netboot/content.ts';

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function passed(content: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of content) all.push(piece);
  return Buffer.concat(all).toString();
}

test.each([[['kernel']], [['k', 'ernel', 'x'.repeat(100), 'y']], [['', 'ker', 'nel']]])(
  '%j passes as it is',
  async (texts) => {
    expect(await passed(plausible('url', pieces(...texts)))).toBe(texts.join(''));
  },
);

test.each([
  [[], 'it is empty'],
  [[''], 'it is empty'],
  [['<html>'], 'it is a web page'],
  [['\n <!DOC', 'TYPE html>', 'x'.repeat(100)], 'it is a web page'],
  [['<?xml version="1.0"?>', 'x'.repeat(100)], 'it is a web page'],
])('%j is refused: %s', async (texts, problem) => {
  await expect(passed(plausible('url', pieces(...texts)))).rejects.toMatchObject({
    code: 'download.unusable',
    subject: 'url',
    message: expect.stringContaining(problem),
  });
});

test('what passes is counted and digested', async () => {
  const { pieces: all, digest } = digested(pieces('a', 'bc'));
  await passed(all);
  // FIPS 180-4, the example of one block.
  expect(digest()).toEqual({ size: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' });
});
