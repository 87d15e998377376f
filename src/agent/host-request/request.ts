import { z } from 'zod';
import { parseJson } from '../../core/text/json-text.ts';
import type { RequestKind } from '../flags/request-kinds.ts';

/** In characters, of a request with a configuration; what is longer is not read as JSON. */
export const longestRequest = 128 * 1024;

/** In characters, of all others. */
export const longestShortRequest = 4096;

const base = {
  version: z.literal(1),
  id: z.string().max(64).nullable().default(null).describe('given back with the answer'),
};
const serial = z.string().min(1).max(256).describe('what the platform set for the disk');
const deadline = z
  .int()
  .min(1)
  .max(600)
  .default(60)
  .describe('after which all is thawed, whatever becomes of the agent and the platform');

/** One line that the platform writes to the port `org.gandi.agent.1`; published as schema/host-request.schema.json. */
export const hostRequestSchema = z.discriminatedUnion('ask', [
  z.strictObject({ ...base, ask: z.literal('status') }),
  z.strictObject({ ...base, ask: z.literal('detach'), serial }),
  z.strictObject({ ...base, ask: z.literal('trim'), serial: serial.nullable().default(null) }),
  z.strictObject({ ...base, ask: z.literal('freeze'), seconds: deadline }),
  z.strictObject({ ...base, ask: z.literal('thaw') }),
  z.strictObject({
    ...base,
    ask: z.literal('apply'),
    configuration: z.record(z.string(), z.unknown()).describe('as `gandi/config` of a payload'),
  }),
]);

export type HostRequest = z.infer<typeof hostRequestSchema>;

/** Why a line is not answered as it asks. */
export interface RefusedRequest {
  readonly id: string | null;
  readonly ask: RequestKind | 'thaw' | null;
  readonly code: 'request.too-long' | 'request.not-json' | 'request.mistaken' | 'request.switched-off';
}

/**
 * What a line of the port asks for. It is text from outside: of bounded length, parsed by the schema, and nothing of it is in the
 * reason why it is refused.
 * @param allowed by CONFIG_HOST_REQUESTS; who may freeze may thaw
 */
export function parseRequest(line: string, allowed: readonly (RequestKind | 'none')[]): HostRequest | RefusedRequest {
  const refused = { id: null, ask: null };
  if (line.length > longestRequest) return { ...refused, code: 'request.too-long' };
  const json = parseJson(line);
  if ('mistake' in json) return { ...refused, code: 'request.not-json' };
  const parsed = hostRequestSchema.safeParse(json.value);
  if (!parsed.success) return { ...refused, id: idOf(json.value), code: 'request.mistaken' };
  const { id, ask } = parsed.data;
  if (ask !== 'apply' && line.length > longestShortRequest) return { ...refused, id, code: 'request.too-long' };
  const kind = ask === 'thaw' ? 'freeze' : ask;
  return allowed.includes(kind) ? parsed.data : { id, ask, code: 'request.switched-off' };
}

/** So that the platform knows which of its requests was mistaken. */
function idOf(value: unknown): string | null {
  const parsed = z.object({ id: base.id }).safeParse(value);
  return parsed.success ? parsed.data.id : null;
}
