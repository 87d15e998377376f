import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderDefaultFlags } from '../../../../src/agent/flags/parse-flags.ts';

test('the shipped flags file is what the table says; `make generated` writes it', () => {
  expect(readFileSync('defaults/gandi', 'utf8')).toBe(renderDefaultFlags());
});
