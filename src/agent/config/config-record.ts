import { z } from 'zod';
import type { System } from '../../core/system/system.ts';

const path = '/var/lib/gandi/config-steps.json';

const schema = z.object({ version: z.literal(1), steps: z.record(z.string(), z.string()) });

/** What each step of `config` wanted when it was last done, by its name. */
export type ConfigRecord = Readonly<Record<string, string>>;

/** No steps if there is none or it is damaged: the worst that follows is that each step is done once more. */
export async function readConfigRecord(system: System): Promise<ConfigRecord> {
  const text = await system.files.read(path);
  if (text === undefined) return {};
  try {
    return schema.parse(JSON.parse(text)).steps;
  } catch (error) {
    system.journal.warn(`${path}: cannot read this record, taken for none: ${String(error)}`);
    return {};
  }
}

export async function writeConfigRecord(system: System, step: string, wanted: string): Promise<void> {
  const steps = { ...(await readConfigRecord(system)), [step]: wanted };
  await system.files.makeDirectory('/var/lib/gandi', 0o700);
  await system.files.replace(path, `${JSON.stringify({ version: 1, steps }, undefined, 2)}\n`, { mode: 0o600 });
}
