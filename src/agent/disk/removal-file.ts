import type { BlockDevice } from '../../core/block-device/block-devices.ts';

// SCSI: Documentation/scsi/scsi_mid_low_api; virtio and NVMe go with their PCI function
// (Documentation/ABI/testing/sysfs-bus-pci).
const removalFiles: Partial<Record<BlockDevice['bus'], string>> = {
  scsi: 'device/delete',
  virtio: 'device/../remove',
  nvme: 'device/device/remove',
};

/**
 * Where a bus takes the request to let go of a disk, below /sys/block/<disk>.
 * @returns undefined where it takes none: a Xen disk stays until the platform takes it (tried on Linux 6.1 and 6.12)
 */
export function removalFile(bus: BlockDevice['bus']): string | undefined {
  return removalFiles[bus];
}
