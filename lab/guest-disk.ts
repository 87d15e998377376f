import { addBlockDevice, removeBlockDevice } from '../src/provision/guest/guest-devices.ts';
import { hotplugPorts } from './qemu.ts';
import type { Qmp } from './qmp.ts';

/** `cd-rom` is a SCSI CD-ROM, which nobody in the guest can write. */
export type DiskBus = 'scsi' | 'virtio' | 'nvme' | 'cd-rom';

export interface DiskDevice {
  /** Raw image on this host. */
  readonly image: string;
  /** Socket of the server that QEMU reads and writes the image through, instead of the file itself. */
  readonly nbdSocket?: string | undefined;
  readonly serial: string;
  readonly bus: DiskBus;
  /** SCSI vendor; the product takes a SCSI disk for a data disk by it. */
  readonly vendor: string;
  /** SCSI product; udev puts vendor, product and serial together to ID_SERIAL, by which some platforms' volumes are known. */
  readonly product?: string | undefined;
  /** The platform lets nobody write to it. */
  readonly readOnly: boolean;
  /** Another guest has the same image: QEMU's own lock on it is off, and nothing but the guests keeps them apart. */
  readonly isShared?: boolean | undefined;
}

/** Plugs a disk into a guest, running or not yet started; `number` tells the disks of one guest apart. */
export async function plugDisk(qmp: Qmp, disk: DiskDevice, number: number): Promise<void> {
  await addBlockDevice(qmp, {
    backend: {
      driver: 'raw',
      'node-name': nodeName(number),
      'read-only': disk.readOnly || disk.bus === 'cd-rom',
      file: backend(disk),
      cache: { 'no-flush': true },
    },
    frontend: { ...frontend(disk, number), id: deviceId(number), serial: disk.serial },
  });
}

const secondsToLetGo = 90;

/** Pulls a disk; returns when the guest has let go of the device. */
export async function unplugDisk(qmp: Qmp, number: number): Promise<void> {
  await removeBlockDevice(qmp, deviceId(number), nodeName(number), secondsToLetGo);
}

/** Tells the guest the new size of a disk. */
export async function resizeDisk(qmp: Qmp, number: number, bytes: number): Promise<void> {
  await qmp.execute('block_resize', { 'node-name': nodeName(number), size: bytes });
}

function backend({ image, nbdSocket, isShared = false }: DiskDevice): Readonly<Record<string, unknown>> {
  if (nbdSocket === undefined) return { driver: 'file', filename: image, ...(isShared ? { locking: 'off' } : {}) };
  return { driver: 'nbd', server: { type: 'unix', path: nbdSocket } };
}

function frontend(disk: DiskDevice, number: number): Readonly<Record<string, unknown>> {
  const bus = hotplugPorts[number % hotplugPorts.length];
  switch (disk.bus) {
    case 'scsi':
      return { driver: 'scsi-hd', bus: 'scsi.0', vendor: disk.vendor, product: disk.product ?? 'disk' };
    case 'cd-rom':
      return { driver: 'scsi-cd', bus: 'scsi.0', vendor: disk.vendor, product: 'drive' };
    case 'virtio':
      return { driver: 'virtio-blk-pci', bus };
    case 'nvme':
      return { driver: 'nvme', bus };
  }
}

function nodeName(number: number): string {
  return `disk-${number}`;
}

function deviceId(number: number): string {
  return `device-${number}`;
}
