import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const tests = ['swap-disk/format-decision', 'swap-disk/wipe-decision', 'swap-disk/enable-decision', 'disk/pulled-swap'];

test('each row of docs/decisions/swap-disk.md has a test, and each row that is tested is in it', async () => {
  const documented = numbers(await read('docs/decisions/swap-disk.md'), /^\|\s*(\d+)\s*\|/gm);
  const sources = await Promise.all(tests.map((name) => read(`test/unit/agent/${name}.test.ts`)));
  const tested = numbers(sources.join('\n'), /['"]row (\d+): /g);
  expect(tested).toEqual(documented);
});

function read(path: string): Promise<string> {
  return readFile(join(import.meta.dirname, '../../../..', path), 'utf8');
}

function numbers(text: string, pattern: RegExp): number[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => Number(match[1])))].sort((a, b) => a - b);
}
