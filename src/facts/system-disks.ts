import type { BlockDevice } from './block-devices.ts';
import { disksBehind, type Mount, mountedDevice, type Swap } from './mounts.ts';

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

/** Names of the whole disks that the running machine stands on: its own file systems, and swap in use. */
export function systemDisks(
  devices: readonly BlockDevice[],
  mounts: readonly Mount[],
  swaps: readonly Swap[],
): Set<string> {
  const mounted = mounts
    .filter((mount) => systemMountPoints.has(mount.mountPoint))
    .map((mount) => mountedDevice(devices, mount));
  const swapped = swaps.map((swap) => devices.find((device) => device.path === swap.path));
  const used = [...mounted, ...swapped].filter((device) => device !== undefined);
  return new Set(used.flatMap((device) => disksBehind(devices, device)).map((disk) => disk.name));
}
