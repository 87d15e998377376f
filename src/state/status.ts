import { z } from 'zod';
import type { System } from '../system/system.ts';

export const statusPath = '/run/gandi/status.json';

const failure = z
  .object({
    step: z.string().describe('what a person would call it: `host name`'),
    code: z.string().describe('stable and searchable: `payload.truncated`'),
    message: z.string().describe('what could not be done, why, and the way out'),
  })
  .describe('one step that failed');

const stage = z
  .object({
    result: z.enum(['running', 'done', 'failed']).describe('`failed`: see failures, the other steps were done'),
    exitCode: z.number().nullable().describe('of the command; null while it runs'),
    startedAt: z.number().describe('seconds since boot'),
    endedAt: z.number().nullable().describe('seconds since boot; null while it runs'),
    changed: z.array(z.string()).describe('one line for each change that was made, in order'),
    failures: z.array(failure),
  })
  .describe('one stage, as it ran last in this boot');

export const stagesSchema = z.record(z.string(), stage).describe('by name; a stage that did not run is not there');

const schema = z.object({ version: z.literal(1), stages: stagesSchema });

export type StageStatus = z.infer<typeof stage>;
export type Status = z.infer<typeof schema>;

/** What each stage did in this boot; no stages if none ran yet. */
export async function readStatus(system: System): Promise<Status> {
  const text = await system.files.read(statusPath);
  const parsed = text === undefined ? undefined : schema.safeParse(parseJson(text));
  return parsed?.data ?? { version: 1, stages: {} };
}

export async function writeStageStatus(system: System, name: string, status: StageStatus): Promise<void> {
  const { stages } = await readStatus(system);
  const content = { version: 1, stages: { ...stages, [name]: status } };
  await system.files.makeDirectory('/run/gandi', 0o700);
  await system.files.replace(statusPath, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
