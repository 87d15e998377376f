import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/** True for `make golden`, which has golden files written; `git diff` then shows what the code draws differently. */
export const isWritingGolden = process.env.GOLDEN === 'write';

/**
 * Compares with a golden file, or writes it.
 * @param read what counts of the text; a file in which it is the same is left as it is
 */
export function expectGolden(path: string, got: string, read: (text: string) => unknown = (text) => text): void {
  if (isWritingGolden) {
    const isSame = existsSync(path) && isDeepStrictEqual(read(readFileSync(path, 'utf8')), read(got));
    if (!isSame) writeFileSync(path, got);
  }
  expect(existsSync(path), `${path} is missing; \`make golden\` writes it`).toBe(true);
  expect(read(got)).toEqual(read(readFileSync(path, 'utf8')));
}
