import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { payloadSchemaText } from '../../../../tools/payload-schema.ts';

test('the published schema is what the parser has; `make generated` writes it', () => {
  expect(readFileSync('schema/payload.schema.json', 'utf8')).toBe(payloadSchemaText());
});

test('it names the keys of a payload, and forbids none that it does not name', () => {
  const { properties } = JSON.parse(payloadSchemaText());
  expect(Object.keys(properties)).toEqual(['vm_hostname', 'nameservers', 'vif', 'vm_conf', 'disks', 'outcome']);
  expect(payloadSchemaText()).not.toContain('additionalProperties');
});
