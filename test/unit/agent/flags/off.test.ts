import { globSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { flagTable } from '../../../../src/agent/flags/flag-table.ts';

const textsOf = (pattern: string, but: RegExp) =>
  globSync(pattern)
    .filter((path) => !but.test(path) && statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
const tests = textsOf('test/**/*.test.ts', /test\/unit\/(flags|doctor)\//);

/** Those that can be 0. */
const switches = Object.entries(flagTable).flatMap(([name, flag]) => (flag.default === '1' ? [name] : []));
const isSwitchedOff = (name: string) =>
  new RegExp(`${name}(=0|: false)|'${name}',[^\\n]*(false|'0')|\\['${name}', [\\['"]`);

test.each(switches)('%s: a test shows what it switches off', (name) => {
  expect(tests.filter((text) => isSwitchedOff(name).test(text)).length).toBeGreaterThan(0);
});
