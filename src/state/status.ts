import { z } from 'zod';
import type { System } from '../system/system.ts';

const path = '/run/gandi/status.json';

const failure = z.object({ step: z.string(), code: z.string(), message: z.string() });

const stage = z.object({
  /** `done`: nothing failed; `failed`: see failures. */
  result: z.enum(['done', 'failed']),
  exitCode: z.number(),
  /** Seconds since boot. */
  startedAt: z.number(),
  endedAt: z.number(),
  changed: z.array(z.string()),
  failures: z.array(failure),
});

const schema = z.object({ version: z.literal(1), stages: z.record(z.string(), stage) });

export type StageStatus = z.infer<typeof stage>;
export type Status = z.infer<typeof schema>;

/** What each stage did in this boot; no stages if none ran yet. */
export async function readStatus(system: System): Promise<Status> {
  const text = await system.files.read(path);
  const parsed = text === undefined ? undefined : schema.safeParse(parseJson(text));
  return parsed?.data ?? { version: 1, stages: {} };
}

export async function writeStageStatus(system: System, name: string, status: StageStatus): Promise<void> {
  const { stages } = await readStatus(system);
  const content = { version: 1, stages: { ...stages, [name]: status } };
  await system.files.makeDirectory('/run/gandi', 0o700);
  await system.files.replace(path, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
