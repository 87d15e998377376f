import { describe, expect, test } from 'vitest';
import { networkTools } from '../../../../src/agent/network-config/network-tools.ts';
import { expectGolden } from '../../expect-golden.ts';
import { goldenCases, goldenFolder, modelOf, printed } from './golden-model.ts';

test('there are at least 25 network configurations', () => {
  expect(goldenCases.length).toBeGreaterThanOrEqual(25);
});

describe.each(goldenCases)('%s', (name) => {
  test.each(networkTools)('$name', ({ name: tool, render }) => {
    expectGolden(`${goldenFolder}/${name}/${tool}.out`, printed(render(modelOf(name))));
  });
});
