import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

const scripts = globSync('elements/*/{*.d,bin,gandi-commands}/*').filter(
  (path) => statSync(path).isFile() && !readFileSync(path, 'utf8').startsWith('#!/bin/bash'),
);

test('there are scripts', () => {
  expect(scripts.length).toBeGreaterThan(30);
});

test.each(scripts)('%s is understood by dash', (path) => {
  expect(execFileSync('dash', ['-n', path], { encoding: 'utf8' })).toBe('');
  expect(readFileSync(path, 'utf8')).not.toMatch(/\[\[|\bfunction \w/);
});
