import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { isMountedFrom, observeMounts } from '../../core/block-device/mounts.ts';
import { observeUdevProperties } from '../../core/block-device/udev-properties.ts';
import { diskRecordKey } from './disk-record-key.ts';
import { readDiskRecords } from './disk-records.ts';
import type { System } from '../../core/system/system.ts';
import { decodeUdev } from './mount-name.ts';

/** One line of `gandi-agent disk list`. */
export interface ListedDisk {
  readonly device: string;
  readonly sizeBytes: number;
  /** For people: `64 MiB`. */
  readonly size: string;
  readonly fileSystem: string | null;
  readonly label: string | null;
  /** No matter who mounted it. */
  readonly mountPoint: string | null;
  /** What the agent did with it, and why. */
  readonly note: string;
}

/** Every data disk that is attached, and its partitions. */
export async function listDisks(system: System): Promise<ListedDisk[]> {
  const disks: ListedDisk[] = [];
  // One after the other: with hundreds of disks, as many processes at once would be felt.
  for (const device of await observeBlockDevices(system)) {
    const disk = await describeDisk(system, device);
    if (disk !== undefined) disks.push(disk);
  }
  return disks;
}

async function describeDisk(system: System, device: BlockDevice): Promise<ListedDisk | undefined> {
  if (device.bus === 'loop' || device.sizeBytes === 0) return undefined;
  const properties = await observeUdevProperties(system, device.path);
  if (properties.GANDI_DATA_DISK !== '1') return undefined;
  const records = await readDiskRecords(system);
  const record = records.find(({ key }) => key === diskRecordKey(device.name, device.diskSequence));
  const mount = (await observeMounts(system)).find((each) => isMountedFrom(each, device));
  return {
    device: device.path,
    sizeBytes: device.sizeBytes,
    size: describeSize(device.sizeBytes),
    fileSystem: properties.ID_FS_TYPE || null,
    label: properties.ID_FS_LABEL_ENC ? (decodeUdev(properties.ID_FS_LABEL_ENC) ?? null) : null,
    mountPoint: mount?.mountPoint ?? null,
    note: record?.note ?? 'not looked at yet',
  };
}

function describeSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[power]}`;
}
