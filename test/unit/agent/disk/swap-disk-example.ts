import type { PayloadLocation } from '../../../../src/core/payload/payload-location.ts';
import { designateSwapDisk } from '../../../../src/agent/swap-disk/swap-designation.ts';
import type { BlockDevice } from '../../../../src/core/block-device/block-devices.ts';
import type { Mount } from '../../../../src/core/block-device/mounts.ts';
import type { Signature } from '../../../../src/core/block-device/signatures.ts';
import type { SwapDiskFacts } from '../../../../src/agent/swap-disk/swap-disk.ts';
import type { AppliedRecord } from '../../../../src/agent/swap-disk/applied-record.ts';

const mebibyte = 1024 ** 2;
export const payloadOffset = 512 * 1024;

/** A whole disk of 512 MiB on the virtio bus, with nothing on it. */
export function disk(name: string, changes: Partial<BlockDevice> = {}): BlockDevice {
  return {
    name,
    path: `/dev/${name}`,
    links: [],
    majorMinor: `254:${name.charCodeAt(2) * 16}`,
    sizeBytes: 512 * mebibyte,
    readOnly: false,
    removable: false,
    isCdRom: false,
    diskSequence: 9,
    serial: null,
    vendor: null,
    bus: 'virtio',
    partition: null,
    parent: null,
    partitions: [],
    holders: [],
    ...changes,
  };
}

/** A partition from 1 MiB on, unless it is said otherwise. */
export function partitionOf(
  whole: BlockDevice,
  number: number,
  partitionName: string | null,
  changes: Partial<BlockDevice> & { startBytes?: number } = {},
): BlockDevice {
  const { startBytes = mebibyte, ...others } = changes;
  const name = `${whole.name}${number}`;
  return {
    ...whole,
    name,
    path: `/dev/${name}`,
    links: [],
    majorMinor: `${whole.majorMinor}${number}`,
    sizeBytes: 256 * mebibyte,
    parent: whole.name,
    partition: { number, startBytes, name: partitionName, uuid: null },
    ...others,
  };
}

export function withPartitions(whole: BlockDevice, partitions: readonly BlockDevice[]): BlockDevice[] {
  return [{ ...whole, partitions: partitions.map(({ name }) => name) }, ...partitions];
}

export function mountOf(majorMinor: string, mountPoint: string, source = 'none'): Mount {
  return {
    id: 1,
    majorMinor,
    root: '/',
    mountPoint,
    options: ['rw'],
    fileSystem: 'ext4',
    source,
    superOptions: ['rw'],
  };
}

export const swapDisk = disk('vdb', { serial: 'gandiswap' });
export const bootDisk = disk('vda', { diskSequence: 1 });
export const rootMount = mountOf(bootDisk.majorMinor, '/');

export const payload: PayloadLocation = {
  disk: 'vdb',
  diskSequence: 9,
  serial: 'gandiswap',
  offset: payloadOffset,
  length: 10240,
  digest: 'd'.repeat(64),
};

export function recordOf(changes: Partial<AppliedRecord> = {}): AppliedRecord {
  return { version: 1, payload, consumed: false, appliedAt: '2026-01-01T00:00:00.000Z', ...changes };
}

export function signatures(...types: string[]): Signature[] {
  return types.map((type, index) => ({ offset: index, type }));
}

/** A blank swap disk `vdb` with the platform's serial, beside the boot disk; the designation is made from the devices. */
export function swapFacts(changes: Partial<SwapDiskFacts> & { swapDevice?: string } = {}): SwapDiskFacts {
  const { swapDevice = null, ...others } = changes;
  const devices = changes.devices ?? [bootDisk, swapDisk];
  const mounts = changes.mounts ?? [rootMount];
  const diskSignatures = changes.diskSignatures ?? [];
  return {
    designation: designateSwapDisk(devices, [rootMount, ...mounts], { swapDevice }),
    devices,
    mounts,
    swaps: [],
    record: undefined,
    payloadOffset,
    diskSignatures,
    swapDeviceSignatures: diskSignatures,
    payloadArea: 'zero',
    zeros: 'all',
    ...others,
  };
}

/** The swap disk with a GPT and one partition of it; `gandiswap` unless it is said otherwise. */
export function partitionedFacts(
  changes: Partial<SwapDiskFacts> & { swapDevice?: string } = {},
  partitionName: string | null = 'gandiswap',
): SwapDiskFacts {
  return swapFacts({
    devices: [bootDisk, ...withPartitions(swapDisk, [partitionOf(swapDisk, 1, partitionName)])],
    diskSignatures: signatures('gpt', 'gpt', 'PMBR'),
    swapDeviceSignatures: [],
    zeros: undefined,
    ...changes,
  });
}
