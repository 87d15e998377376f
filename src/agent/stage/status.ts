import { basename } from 'node:path';
import { z } from 'zod';
import { wellFormed } from '../../core/system/byte-text.ts';
import type { System } from '../../core/system/system.ts';
import { makeRunFolder } from './run-folder.ts';

/** One file per stage: several stages run at the same time, and none may lose what another has written. */
export const statusFolder = '/run/gandi/status';

const failure = z
  .object({
    step: z.string().describe('what a person would call it: `host name`'),
    code: z.string().describe('stable and searchable: `payload.truncated`'),
    message: z.string().describe('what could not be done, why, and how to fix it'),
  })
  .describe('one step that failed');

const run = z
  .object({
    result: z.enum(['running', 'done', 'failed']).describe('`failed`: see failures, the other steps were done'),
    exitCode: z.number().nullable().describe('of the command; null while it runs'),
    startedAt: z.number().describe('seconds since boot'),
    endedAt: z.number().nullable().describe('seconds since boot; null while it runs'),
    changed: z.array(z.string()).describe('one line for each change that was made, in order'),
    failures: z.array(failure),
    notes: z
      .array(z.string())
      .default([])
      .describe('what is left as it is, and why, such as a key of the configuration that is not known'),
  })
  .describe('one run of a stage');

const stage = run
  .extend({
    first: run
      .nullable()
      .default(null)
      .describe('its first run in this boot, where it ran again after that: by hand, or with a restart of udevd'),
  })
  .describe('one stage, as it ran last in this boot');

export const stagesSchema = z.record(z.string(), stage).describe('by name; a stage that did not run is not there');

const schema = z.object({ version: z.literal(1), stage });

export type StageStatus = z.infer<typeof stage>;

/** One run of a stage. */
export type StageRun = z.infer<typeof run>;

/** What each stage did in this boot, by its name; one whose file cannot be read did not run. */
export async function readStages({ files }: System): Promise<Record<string, StageStatus>> {
  const stages: Record<string, StageStatus> = {};
  for (const name of await files.list(statusFolder)) {
    const parsed = schema.safeParse(parseJson((await files.read(`${statusFolder}/${name}`)) ?? ''));
    if (name.endsWith('.json') && parsed.success) stages[basename(name, '.json')] = parsed.data.stage;
  }
  return stages;
}

export async function writeStageStatus({ files }: System, name: string, stage: StageStatus): Promise<void> {
  const content = `${JSON.stringify({ version: 1, stage }, wellFormed, 2)}\n`;
  await makeRunFolder({ files });
  await files.makeDirectory(statusFolder, 0o755);
  await files.replace(`${statusFolder}/${name}.json`, content, { mode: 0o644, enforceMode: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
