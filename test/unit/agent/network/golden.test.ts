import { describe, expect, test } from 'vitest';
import type { NetworkModel } from '../../../../src/agent/network-config/model.ts';
import { type NetworkTool, networkTools } from '../../../../src/agent/network-config/network-tools.ts';
import { expectGolden } from '../../expect-golden.ts';
import { goldenCases, goldenFolder, modelOf, printed, sourcesOf } from './golden-model.ts';

test('there are at least 25 network configurations', () => {
  expect(goldenCases.length).toBeGreaterThanOrEqual(25);
});

describe.each(goldenCases)('%s', (name) => {
  test.each(networkTools)('$name', ({ name: tool, render }) => {
    expectGolden(`${goldenFolder}/${name}/${tool}.out`, printed(render(modelOf(name))));
  });
});

const sameNetworks = goldenCases.flatMap((name) => {
  const [first, ...others] = sourcesOf(name);
  return first === undefined ? [] : others.map((other) => ({ name, first, other }));
});

test.each(['payload', 'network', 'networkConfig', 'networkConfigV1'] as const)(
  '%s says what another source says too, in six cases at least',
  (source) => {
    const cases = goldenCases.filter((name) => sourcesOf(name).includes(source) && sourcesOf(name).length > 1);
    expect(cases.length).toBeGreaterThanOrEqual(6);
  },
);

describe.each(sameNetworks)('$name: $other draws the files that $first draws', ({ name, first, other }) => {
  test.each(networkTools)('$name', ({ render }) => {
    expect(filesByPath(render, modelOf(name, other))).toEqual(filesByPath(render, modelOf(name, first)));
  });
});

/** In whatever order they come: each has a path of its own. */
function filesByPath(render: NetworkTool['render'], model: NetworkModel): Record<string, string[]> {
  const files = render(model).map(({ path, mode, content }) => [path, [mode.toString(8), ...content.split('\n')]]);
  return Object.fromEntries(files) as Record<string, string[]>;
}
