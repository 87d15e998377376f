import { isRunningMachine, type System } from '../../core/system/system.ts';
import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { disksBehind, mountedDevice, observeMounts } from '../../core/block-device/mounts.ts';
import { observePartitionTable, type PartitionTable } from '../../core/block-device/partition-table.ts';

/** Everything that the decision to grow the root disk rests on. */
export interface RootDiskFacts {
  /** Type of the file system at `/`; undefined in a tree that is not running. */
  readonly fileSystem: string | undefined;
  /** The block device that `/` is on; undefined for a network root or an overlay. */
  readonly device: BlockDevice | undefined;
  /** The disk that it is, or is a partition of; undefined where something lies between (LVM, md, LUKS). */
  readonly disk: BlockDevice | undefined;
  /** undefined where `/` is on the whole disk. */
  readonly table: PartitionTable | undefined;
  /** Size in bytes of the device when its file system was last made to fill it. */
  readonly filledBytes: number | null;
}

/** `gandi-agent image clean` removes it. A copy of a machine on a larger disk has another size. */
export const rootFilledPath = '/var/lib/gandi/root-filled';

/** Observes the disk that holds `/`, and no other. @throws AgentError `mounts.unreadable`, `partition-table.unknown` */
export async function observeRootDisk(system: System): Promise<RootDiskFacts> {
  const nothing = { fileSystem: undefined, device: undefined, disk: undefined, table: undefined, filledBytes: null };
  if (!isRunningMachine(system)) return nothing;
  const devices = await observeBlockDevices(system);
  const root = (await observeMounts(system)).findLast((mount) => mount.mountPoint === '/');
  const device = root === undefined ? undefined : mountedDevice(devices, root);
  if (root === undefined || device === undefined) return { ...nothing, fileSystem: root?.fileSystem };
  const disk = plainDiskOf(devices, device);
  const filled = await system.files.read(rootFilledPath);
  return {
    fileSystem: root.fileSystem,
    device,
    disk,
    table: disk === undefined || disk.name === device.name ? undefined : await observePartitionTable(system, disk.path),
    filledBytes: filled === undefined ? null : Number(filled),
  };
}

/** The disk itself, or the one that the partition lies on. */
function plainDiskOf(devices: readonly BlockDevice[], device: BlockDevice): BlockDevice | undefined {
  const [disk, ...others] = disksBehind(devices, device);
  const isPlain =
    disk !== undefined && others.length === 0 && (disk.name === device.name || disk.name === device.parent);
  // A volume of LVM or md without members in sight looks like a disk: none of the kernel's buses holds it.
  return isPlain && (disk.bus !== 'other' || device.partition !== null) ? disk : undefined;
}
