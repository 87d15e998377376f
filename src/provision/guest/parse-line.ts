import type { z } from 'zod';
import { parseJson } from '../../core/text/json-text.ts';

/** A line of a guest, which is text from outside; undefined where it is not of this form. */
export function parseLine<T>(form: z.ZodType<T>, line: string): T | undefined {
  const json = parseJson(line);
  if ('mistake' in json) return undefined;
  const parsed = form.safeParse(json.value);
  return parsed.success ? parsed.data : undefined;
}
