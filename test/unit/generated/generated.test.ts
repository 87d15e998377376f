import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generated } from '../../../tools/generated.ts';

test.each(Object.entries(generated))('%s is what the tables say; `make generated` writes it', (path, render) => {
  expect(readFileSync(path, 'utf8')).toBe(render());
});
