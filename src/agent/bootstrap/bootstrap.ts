import type { StepOutcome } from '../action/apply-steps.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { System } from '../../core/system/system.ts';
import { readPending } from './pending-payload.ts';
import { carryOut } from '../config/carry-out.ts';
import { type BootstrapOptions, bootstrapParts } from './parts.ts';

/**
 * First boot: what the platform left on the swap disk is applied, recorded, wiped, and the disk becomes swap; the
 * machine gets what it needs to be one of its own, and all of its disk. In later boots each part finds nothing to do.
 */
export async function bootstrap(system: System, options: BootstrapOptions = { again: false }): Promise<StepOutcome[]> {
  const flags = await readFlags(system);
  if ((await observeFirstBootOwner(system, flags)) === 'cloud-init') {
    system.journal.info(
      'first boot is left to cloud-init, disks and the like are ours; CONFIG_FIRST_BOOT=1 changes that',
    );
    return [];
  }
  const outcomes: StepOutcome[] = [];
  const pending = await readPending(system, flags);
  for (const part of bootstrapParts(system, { ...options, pending }))
    outcomes.push(...(await carryOut(part, system, flags)));
  return outcomes;
}
