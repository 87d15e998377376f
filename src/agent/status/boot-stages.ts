import { observeServices } from '../facts/services.ts';
import type { System } from '../../core/system/system.ts';
import type { StageStatus } from '../stage/status.ts';

/** What a boot runs, in its order. */
export const bootStages = ['bootstrap', 'config', 'mount', 'postboot'] as const;

/** The stages of a boot whose units are enabled. */
export async function enabledStages(system: System): Promise<string[]> {
  const { enabled } = await observeServices(system);
  return bootStages.filter((name) => enabled.has(`gandi-${name}`));
}

/** Those of the expected stages that have not ended in this boot. */
export function unfinished(expected: readonly string[], stages: Readonly<Record<string, StageStatus>>): string[] {
  return expected.filter((name) => stages[name]?.endedAt == null);
}
