import type { System } from '../../core/system/system.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { readFlags } from '../flags/read-flags.ts';
import { observeConfig, planConfig, previewCare } from './config.ts';
import { readConfigRecord } from './config-record.ts';

/** Whether `config` would change nothing and say nothing. A machine on which it never ran is not asked: it has all to do. */
export async function isConfigIdle(system: System): Promise<boolean> {
  const flags = await readFlags(system);
  const hasRun = Object.keys(await readConfigRecord(system)).length > 0;
  if (!hasRun && (await observeFirstBootOwner(system, flags)) === 'gandi-agent') return false;
  const care = await previewCare(system, flags);
  if (care.changes.length + care.notes.length > 0) return false;
  const { steps, notes = [] } = planConfig(await observeConfig(system, flags));
  return steps.length + notes.length === 0;
}
