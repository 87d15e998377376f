import type { StepOutcome } from '../action/apply-steps.ts';
import { converge } from '../action/converge.ts';
import { observeFirstBootOwner } from '../facts/first-boot-owner.ts';
import { isAutofsActive, observePostboot } from './observe-postboot.ts';
import type { Flags } from '../flags/flag-table.ts';
import { readFlags } from '../flags/read-flags.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { Step } from '../action/action.ts';
import { planAutofs, planPostboot } from './plan.ts';

/**
 * After boot, with the network up: the customer's own code, once for a payload. It is never run on a tree that is
 * not running, as it is written for the machine and not for whoever builds its image.
 */
export async function postboot(system: System): Promise<StepOutcome[]> {
  const flags = await readFlags(system);
  // By itself: that disks stay unmounted must not depend on a configuration that can be read.
  const autofs = await converge(() => planAutofsOf(system, flags), system);
  return [...autofs, ...(await converge(() => planCodeOf(system, flags), system))];
}

/** What `postboot` would do now; changes nothing. */
export async function planPostbootOf(system: System, flags: Flags): Promise<Step[]> {
  return [...(await planAutofsOf(system, flags)), ...(await planCodeOf(system, flags))];
}

/** Not about the first boot: also where that is left to cloud-init. */
async function planAutofsOf(system: System, flags: Flags): Promise<Step[]> {
  if (flags.CONFIG_ALLOW_MOUNT) return [];
  return planAutofs(await isAutofsActive(system), flags);
}

async function planCodeOf(system: System, flags: Flags): Promise<Step[]> {
  if (!isRunningMachine(system)) return [];
  if ((await observeFirstBootOwner(system, flags)) !== 'gandi-agent') return [];
  return planPostboot(await observePostboot(system), flags);
}
