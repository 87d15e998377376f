import { expect, test } from 'vitest';
import { networkTool } from '../../../../src/agent/network-config/network-tools.ts';
import { goldenCases, modelOf } from '../../../unit/agent/network/golden-model.ts';
import { networkNamespace } from './namespace.ts';

test('every route that ifupdown is told to add is one that ip(8) takes', (context) => {
  const lines = goldenCases.flatMap((name) => {
    const files = networkTool('ifupdown')?.render(modelOf(name)) ?? [];
    return files.flatMap(({ content }) => [...content.matchAll(/^ *up ip (-[46]) route add (\S+)/gm)]);
  });
  expect(lines.length).toBeGreaterThanOrEqual(8);
  const { ip } = networkNamespace(context);
  // The gateways are of networks that the namespace does not have: a destination is what is asked about.
  for (const [, family = '', destination = ''] of lines) ip(family, 'route', 'replace', destination, 'dev', 'first');
  expect(ip('-4', 'route', 'get', '10.9.9.9')).toContain('dev first');
});
