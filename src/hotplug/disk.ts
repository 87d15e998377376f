import type { Step } from '../action.ts';
import type { Excuse, StepOutcome } from '../apply/apply-steps.ts';
import { converge } from '../converge.ts';
import { mountName } from '../disk/mount-name.ts';
import { observeDisk } from '../disk/observe-disk.ts';
import { planDisk } from '../disk/plan.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { System } from '../system/system.ts';
import type { SpooledEvent } from './spool.ts';

/**
 * Drives one block device to what it should be. The events say only that it is to be looked at, and whether it
 * was attached; what is done follows from what is there now.
 * @param events all that wait for this device, oldest first; at least one
 * @param excuse asked when something could not be done
 */
export function handleDisk(
  events: readonly SpooledEvent[],
  flags: Flags,
  system: System,
  excuse: Excuse,
): Promise<StepOutcome[]> {
  return converge(() => planDiskEvents(events, flags, system), system, excuse);
}

/** What is to be done about one device now. @param events as for handleDisk */
export async function planDiskEvents(
  events: readonly SpooledEvent[],
  flags: Flags,
  system: System,
): Promise<readonly Step[]> {
  const newest = events.at(-1);
  if (newest === undefined) return [];
  const occasion = events.some((event) => event.action === 'add') ? 'attached' : 'changed';
  return planDisk(await observeDisk(system, flags, kernelNameOf(newest), newest.properties, occasion), flags);
}

/** What may not be worked on at the same time: one device, and all disks that want the same folder. */
export function diskLanes(event: SpooledEvent): string[] {
  const { ID_FS_LABEL_ENC, ID_SERIAL_SHORT } = event.properties;
  const name = mountName({
    encodedLabel: ID_FS_LABEL_ENC || undefined,
    serial: ID_SERIAL_SHORT || undefined,
    kernelName: kernelNameOf(event),
  });
  return [`device ${kernelNameOf(event)}`, `folder ${name}`];
}

function kernelNameOf(event: SpooledEvent): string {
  return event.devicePath.split('/').at(-1) ?? event.devicePath;
}
