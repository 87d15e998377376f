import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { networkTools } from '../../../../src/agent/network-config/network-tools.ts';
import { goldenCases, goldenFolder, modelOf, printed } from './golden-model.ts';

test('there are at least 25 network configurations', () => {
  expect(goldenCases.length).toBeGreaterThanOrEqual(25);
});

describe.each(goldenCases)('%s', (name) => {
  test.each(networkTools)('$name', ({ name: tool, render }) => {
    const expected = `${goldenFolder}/${name}/${tool}.out`;
    const got = printed(render(modelOf(name)));
    expect(existsSync(expected), `${expected} is missing; it should hold:\n${got}`).toBe(true);
    expect(got).toBe(readFileSync(expected, 'utf8'));
  });
});
