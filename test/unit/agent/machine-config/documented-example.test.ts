import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';

test('the example of docs/payload.md is a configuration without warnings', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/payload.md'), 'utf8');
  const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(examples).toHaveLength(1);
  for (const example of examples) {
    const { config, warnings, mistakes } = parseGandiConfig(example);
    expect({ warnings, mistakes }).toEqual({ warnings: [], mistakes: [] });
    expect(config).toMatchObject({
      hostname: 'web1',
      network: { links: [{ match: { number: 0 } }, { match: { number: 1 } }] },
      users: [{ name: 'admin' }],
    });
  }
});
