import { basename } from 'node:path';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import type { GivenNames } from './find-disk.ts';
import { decodeUdev } from './mount-name.ts';

/** Label and UUID of each file system, and the serial of each whole disk, as udev and the kernel have them. */
export async function observeGivenNames(system: System, devices: readonly BlockDevice[]): Promise<GivenNames> {
  const names = new Map<string, readonly string[]>();
  for (const device of devices) {
    if (device.bus !== 'loop') names.set(device.path, await namesOf(device, system));
  }
  return names;
}

async function namesOf({ path, parent, serial }: BlockDevice, system: System): Promise<string[]> {
  const { ID_FS_LABEL_ENC, ID_FS_UUID, ID_SERIAL_SHORT, ID_SERIAL } = await observeUdevProperties(system, path);
  const label = ID_FS_LABEL_ENC === undefined ? undefined : decodeUdev(ID_FS_LABEL_ENC);
  const serials = parent === null ? [serial, ID_SERIAL_SHORT, ID_SERIAL] : [];
  const known = [label, ID_FS_UUID, ...serials].flatMap((name) => name || []);
  return [...new Set(known)].filter((name) => name !== basename(path));
}
