import { designateSwapDisk, type SwapDesignation } from './swap-designation.ts';
import { readFlags } from '../flags/read-flags.ts';
import { payloadOffset } from '../../core/payload/payload-offset.ts';
import { type AppliedRecord, readAppliedRecord } from './applied-record.ts';
import type { System } from '../../core/system/system.ts';
import { type BlockDevice, observeBlockDevices } from '../../core/block-device/block-devices.ts';
import { type Mount, observeMounts, observeSwaps, type Swap } from '../../core/block-device/mounts.ts';
import { observePayloadArea, type PayloadArea } from './payload-area.ts';
import { observeSignatures, type Signature } from '../../core/block-device/signatures.ts';
import { observeZeros, type Zeros } from '../../core/block-device/zeros.ts';

/** Everything that the decisions about the swap disk rest on. */
export interface SwapDiskFacts {
  readonly designation: SwapDesignation;
  readonly devices: readonly BlockDevice[];
  readonly mounts: readonly Mount[];
  readonly swaps: readonly Swap[];
  readonly record: AppliedRecord | undefined;
  /** Where the platform puts a payload, from the start of the whole disk. */
  readonly payloadOffset: number;
  /** What follows is of the designated disk, and empty or undefined where none is. */
  readonly diskSignatures: readonly Signature[];
  readonly swapDeviceSignatures: readonly Signature[];
  readonly payloadArea: PayloadArea | undefined;
  /** Only looked for where nothing else stands on the device, as it means to read all of it. */
  readonly zeros: Zeros | undefined;
}

type ContentFacts = 'diskSignatures' | 'swapDeviceSignatures' | 'payloadArea' | 'zeros';

/** Which disk is the swap disk, by what the kernel says: nothing of it is read. */
export async function observeSwapDesignation(system: System): Promise<Omit<SwapDiskFacts, ContentFacts>> {
  const devices = await observeBlockDevices(system);
  const mounts = await observeMounts(system);
  const swaps = await observeSwaps(system);
  const record = await readAppliedRecord(system);
  const flags = await readFlags(system);
  const designation = designateSwapDisk(devices, mounts, { swapDevice: flags.CONFIG_SWAP_DEVICE });
  return { designation, devices, mounts, swaps, record, payloadOffset };
}

/** Observes the swap disk and changes nothing. @throws AgentError if anything of it cannot be read: then nothing may be decided */
export async function observeSwapDisk(system: System): Promise<SwapDiskFacts> {
  const common = await observeSwapDesignation(system);
  const { designation, record } = common;
  if (designation.kind !== 'one') {
    return { ...common, diskSignatures: [], swapDeviceSignatures: [], payloadArea: undefined, zeros: undefined };
  }
  const { disk, swapDevice } = designation;
  const diskSignatures = await observeSignatures(system, disk.path);
  const isDisk = swapDevice.name === disk.name;
  const swapDeviceSignatures = isDisk ? diskSignatures : await observeSignatures(system, swapDevice.path);
  const payloadArea = await observePayloadArea(system, disk, record?.payload);
  const provenByRecord = record !== undefined && !record.consumed;
  const mayBeBlank = isDisk && diskSignatures.length === 0 && payloadArea === 'zero' && !provenByRecord;
  const zeros = mayBeBlank ? await observeZeros(system, disk) : undefined;
  return { ...common, diskSignatures, swapDeviceSignatures, payloadArea, zeros };
}
