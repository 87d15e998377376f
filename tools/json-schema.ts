import { z } from 'zod';

/** A published form of `--json`: JSON Schema, draft 2020-12. @param command what prints it, `gandi-agent status --json` */
export function jsonSchemaText(command: string, form: z.ZodType): string {
  const schema = z.toJSONSchema(form, { io: 'input' });
  return `${JSON.stringify({ title: command, ...schema }, undefined, 2)}\n`;
}
