import { z } from 'zod';
import { statusReportSchema } from './status-report.ts';

/** schema/status.schema.json: JSON Schema, draft 2020-12. */
export function statusSchemaText(): string {
  const schema = z.toJSONSchema(statusReportSchema, { io: 'input' });
  return `${JSON.stringify({ title: 'gandi-agent status --json', ...schema }, undefined, 2)}\n`;
}
