import { isMountedFrom, type Mount, type Swap } from '../../core/block-device/mounts.ts';
import type { Layer } from './layers.ts';

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
 * Whether the running machine stands on a disk: its own file systems, or swap in use.
 * @param family the whole disk and its partitions, and what is built on them
 */
export function isSystemDisk(family: readonly Layer[], mounts: readonly Mount[], swaps: readonly Swap[]): boolean {
  const system = mounts.filter((mount) => systemMountPoints.has(mount.mountPoint));
  return family.some(
    (device) => system.some((mount) => isMountedFrom(mount, device)) || swaps.some((swap) => swap.path === device.path),
  );
}

/**
 * Whether it is known which disks `/` is on. Where it is on none that the kernel names (ZFS, a network root, an overlay), no disk is
 * proven to be another one.
 */
export function isRootKnown(mounts: readonly Mount[]): boolean {
  const root = mounts.findLast(({ mountPoint }) => mountPoint === '/');
  return root !== undefined && (!root.majorMinor.startsWith('0:') || root.fileSystem === 'btrfs');
}
