import { type Mount, isMountedFrom, sourceDevicePath } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import type { System } from '../../core/system/system.ts';
import type { AttachedDisk, MountedOriginal } from './disk-facts.ts';

// By mount, whose number the kernel gives to no other while it lasts. With hundreds of disks that come at once each would ask
// udev for the disk of the root again, and an answer takes 0.14 ms per block device of the machine.
const known = new WeakMap<System, Map<string, string>>();

/**
 * Looks for a mounted file system with the UUID of the disk, no matter who mounted it: an admin, fstab or the boot.
 * @param mounts those to look at; what the agent mounted itself is in its records
 * @returns undefined if there is none, or if the disk has no UUID
 */
export async function observeMountedOriginal(
  system: System,
  { device, uuid }: Pick<AttachedDisk, 'device' | 'uuid'>,
  mounts: readonly Mount[],
): Promise<MountedOriginal | undefined> {
  if (uuid === undefined) return undefined;
  for (const mount of mounts) {
    if (isMountedFrom(mount, device)) continue;
    const path = await sourceDevicePath(system, mount);
    if (path === undefined) continue;
    if ((await uuidOf(system, mount, path)) === uuid) return { device: path, mountPoint: mount.mountPoint };
  }
  return undefined;
}

async function uuidOf(system: System, mount: Mount, path: string): Promise<string | undefined> {
  const uuids = known.get(system) ?? new Map<string, string>();
  known.set(system, uuids);
  const key = `${mount.id} ${mount.majorMinor} ${path}`;
  const uuid = uuids.get(key) ?? (await observeUdevProperties(system, path)).ID_FS_UUID;
  // What udev has not looked at yet is asked again.
  if (uuid) uuids.set(key, uuid);
  return uuid;
}
