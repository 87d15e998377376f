import { describeSteps } from '../action/loop.ts';
import { kinds } from './actions.ts';
import { observeDisk } from './observe-disk.ts';
import { planDisk } from './plan.ts';
import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import { readFlags } from '../flags/read-flags.ts';
import type { System } from '../../core/system/system.ts';

/**
 * What `mount` would have done to the data disks that are attached; changes nothing. Each is looked at as if it were
 * the only one, so two disks that want the same folder are both shown with it.
 */
export async function previewMount(system: System): Promise<string[]> {
  const flags = await readFlags(system);
  const lines: string[] = [];
  for (const { name, path, bus, sizeBytes } of await observeBlockDevices(system)) {
    if (bus === 'loop' || sizeBytes === 0) continue;
    const properties = await observeUdevProperties(system, path);
    if (properties.GANDI_DATA_DISK !== '1') continue;
    const steps = planDisk(await observeDisk(system, flags, name, properties, 'attached'), flags);
    lines.push(...describeSteps(steps, kinds, system));
  }
  return lines;
}
