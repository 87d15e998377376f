import { z } from 'zod';
import { gandiConfig } from '../src/agent/machine-config/gandi-schema.ts';

/**
 * schema/payload.schema.json: the JSON of a payload's `gandi/config` as JSON Schema, draft 2020-12. A key that it does not
 * name is warned of and not refused. What only a program can check (that an address lies in its network, that a key is one)
 * is checked by `gandi-agent validate`.
 */
export function payloadSchemaText(): string {
  const schema = z.toJSONSchema(gandiConfig, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties;
    },
  });
  return `${JSON.stringify({ title: 'gandi/config', ...schema }, undefined, 2)}\n`;
}
