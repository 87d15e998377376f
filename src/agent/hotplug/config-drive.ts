import type { Step } from '../action/action.ts';
import { planAttachedDrive } from '../bootstrap/config-drive.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../../core/system/system.ts';
import type { SpooledEvent } from '../event/spool.ts';

/** A volume with the label of a config-drive is there: what it says is applied, unless it was already. */
export async function planDriveEvents(
  _: readonly SpooledEvent[],
  flags: Flags,
  system: System,
): Promise<readonly Step[]> {
  if ((await observeFirstBootOwner(system, flags)) === 'cloud-init') return [];
  const { steps, notes } = await planAttachedDrive(system, flags);
  // The next look finds the drive applied, and has nothing to say about it any more.
  if (steps.some(({ actions }) => actions.length > 0)) for (const note of notes) system.journal.warn(note);
  return steps;
}
