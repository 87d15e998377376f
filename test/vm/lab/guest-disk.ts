import { stat, truncate } from 'node:fs/promises';
import type { Qmp } from './qmp.ts';
import { hotplugPorts } from './qemu.ts';

export type DiskBus = 'scsi' | 'virtio' | 'nvme';

export interface DiskDevice {
  readonly image: string;
  readonly serial: string;
  readonly bus: DiskBus;
  /** SCSI vendor; the product takes a SCSI disk for a data disk by it. */
  readonly vendor: string;
}

/** A disk that is plugged into a running guest. */
export interface GuestDisk {
  readonly image: string;
  readonly serial: string;
  /** Pulls the disk, as the platform does; returns when the guest has let go of the device. */
  detach(): Promise<void>;
  /** Gives the disk another size, in MiB, while the guest uses it. */
  resize(size: number): Promise<void>;
}

/** Plugs a disk into the guest; `number` tells the disks of one guest apart. */
export async function plugDisk(qmp: Qmp, disk: DiskDevice, number: number): Promise<GuestDisk> {
  const node = `disk-${number}`;
  const id = `device-${number}`;
  await qmp.execute('blockdev-add', {
    driver: 'raw',
    'node-name': node,
    file: { driver: 'file', filename: disk.image },
    cache: { 'no-flush': true },
  });
  await qmp.execute('device_add', { ...frontend(disk, number), id, drive: node, serial: disk.serial });
  return { image: disk.image, serial: disk.serial, detach, resize };

  async function detach(): Promise<void> {
    const gone = qmp.nextEvent('DEVICE_DELETED', { seconds: 30, where: (data) => data.device === id });
    await Promise.all([gone, qmp.execute('device_del', { id })]);
    await qmp.execute('blockdev-del', { 'node-name': node });
  }

  async function resize(size: number): Promise<void> {
    const bytes = size * 1024 * 1024;
    if ((await stat(disk.image)).size < bytes) await truncate(disk.image, bytes);
    await qmp.execute('block_resize', { 'node-name': node, size: bytes });
  }
}

function frontend(disk: DiskDevice, number: number): Readonly<Record<string, unknown>> {
  const bus = hotplugPorts[number % hotplugPorts.length];
  switch (disk.bus) {
    case 'scsi':
      return { driver: 'scsi-hd', bus: 'scsi.0', vendor: disk.vendor, product: 'disk' };
    case 'virtio':
      return { driver: 'virtio-blk-pci', bus };
    case 'nvme':
      return { driver: 'nvme', bus };
  }
}
