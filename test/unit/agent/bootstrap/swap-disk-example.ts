import type { SwapDiskFacts } from '../../../../src/agent/swap-disk/swap-disk.ts';
import type { SwapPayload } from '../../../../src/agent/sources/swap-payload.ts';
import type { BlockDevice } from '../../../../src/core/block-device/block-devices.ts';
import { device } from '../disk/disk-example.ts';
import { machineConfig } from '../machine-config/machine-config-example.ts';

/** A virtio disk that the platform designated by its serial. Tests change what they are about. */
export const swapDisk: BlockDevice = {
  ...device,
  name: 'vdb',
  path: '/dev/vdb',
  majorMinor: '254:16',
  diskSequence: 3,
  serial: 'gandiswap',
  vendor: null,
  bus: 'virtio',
};

const digest = 'a'.repeat(64);

export const payload: SwapPayload = {
  config: machineConfig,
  configText: '{"vm_hostname":"web1"}',
  script: undefined,
  modules: [],
  warnings: [],
  mistakes: [],
  location: { offset: 524288, length: 2560, digest },
};

export const location = { disk: 'vdb', diskSequence: 3, serial: 'gandiswap', ...payload.location };

export function swapDiskFacts(changes: Partial<SwapDiskFacts> = {}): SwapDiskFacts {
  return {
    designation: { kind: 'one', disk: swapDisk, swapDevice: swapDisk, by: 'serial' },
    devices: [swapDisk],
    mounts: [],
    swaps: [],
    record: undefined,
    diskSignatures: [],
    swapDeviceSignatures: [],
    payloadArea: 'zero',
    zeros: 'all',
    payloadOffset: 524288,
    ...changes,
  };
}
