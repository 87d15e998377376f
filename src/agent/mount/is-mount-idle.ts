import { observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { observeInitializedNodes, observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import { readDiskRecords } from '../disk/disk-records.ts';
import { spoolFolder } from '../event/spool.ts';
import { isOfDisk } from './wait-until-empty.ts';

/** Whether udev has looked at all block devices, none of them is a data disk, and nothing is known of one that was. */
export async function isMountIdle(system: System): Promise<boolean> {
  if ((await system.files.list(spoolFolder)).some(isOfDisk)) return false;
  if ((await readDiskRecords(system)).length > 0) return false;
  const known = new Set(await observeInitializedNodes(system));
  const devices = (await observeBlockDevices(system)).filter(({ bus }) => bus !== 'loop');
  for (const { path } of devices) {
    if (!known.has(path)) return false;
    if ((await observeUdevProperties(system, path)).GANDI_DATA_DISK === '1') return false;
  }
  return true;
}
