import type { Excuse, StepOutcome } from '../apply/apply-steps.ts';
import { planAttachedDrive } from '../bootstrap/config-drive.ts';
import { converge } from '../converge.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../system/system.ts';
import type { SpooledEvent } from './spool.ts';

/** A volume with the label of a config-drive is there: what it says is applied, unless it was already. */
export async function handleConfigDrive(
  _: readonly SpooledEvent[],
  flags: Flags,
  system: System,
  excuse: Excuse,
): Promise<StepOutcome[]> {
  if ((await observeFirstBootOwner(system, flags)) === 'cloud-init') return [];
  const said = new Set<string>();
  return converge(
    async () => {
      const { steps, notes } = await planAttachedDrive(system, flags);
      for (const note of notes.filter((each) => !said.has(each))) system.journal.warn(note);
      for (const note of notes) said.add(note);
      return steps;
    },
    system,
    excuse,
  );
}
