import { scanScsiAddress } from '../../core/block-device/scsi-address.ts';
import type { System } from '../../core/system/system.ts';
import { writeAttribute } from '../../core/system/write-attribute.ts';
import type { ActionKind } from '../action/kind.ts';
import type { ReleasedDisk } from './released-disks.ts';

/** Has the kernel look again where a disk was that it let go of. */
export interface RescanBus {
  readonly kind: 'rescan-bus';
  readonly disk: ReleasedDisk;
}

export const rescanBusKind: ActionKind<RescanBus> = {
  kind: 'rescan-bus',
  describe: ({ disk }) => `have the kernel look for ${disk.device} again`,
  deviceOf: ({ disk }) => disk.device,
  apply: rescanBus,
};

/** virtio and NVMe disks come back with their PCI function (Documentation/ABI/testing/sysfs-bus-pci). */
async function rescanBus({ disk: { place } }: RescanBus, system: System): Promise<void> {
  if (place.bus === 'pci') return writeAttribute(system, '/sys/bus/pci/rescan', '1\n');
  await scanScsiAddress(system, place.address);
}
