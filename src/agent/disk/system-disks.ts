import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { isMountedFrom, type Mount, type Swap } from '../../core/block-device/mounts.ts';

// hier(7), and where firmware and boot loaders have theirs.
const systemMountPoints = new Set([
  '/',
  '/boot',
  '/boot/efi',
  '/efi',
  '/usr',
  '/var',
  '/etc',
  '/opt',
  '/root',
  '/home',
]);

/**
 * Whether the running machine stands on a disk: its own file systems, or swap in use. What is built on top of the disk
 * (LVM, md, LUKS) is not followed: that it has holders says enough.
 * @param family the whole disk and its partitions
 */
export function isSystemDisk(
  family: readonly BlockDevice[],
  mounts: readonly Mount[],
  swaps: readonly Swap[],
): boolean {
  const system = mounts.filter((mount) => systemMountPoints.has(mount.mountPoint));
  return family.some(
    (device) => system.some((mount) => isMountedFrom(mount, device)) || swaps.some((swap) => swap.path === device.path),
  );
}
