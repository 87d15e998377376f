import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseGandiConfig } from '../../../../src/agent/machine-config/gandi-schema.ts';

test('the example of docs/payload.md is a configuration without warnings', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/payload.md'), 'utf8');
  const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(examples).toHaveLength(1);
  for (const example of examples) {
    const { config, warnings } = parseGandiConfig(example);
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      hostname: 'web1',
      interfaces: [{ number: 0 }, { number: 1 }],
      user: { name: 'admin' },
    });
  }
});
