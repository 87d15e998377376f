import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { BlockDevice } from '../../core/block-device/block-devices.ts';
import { mountedDevice } from '../../core/block-device/mounts.ts';
import type { Signature } from '../../core/block-device/signatures.ts';
import type { SwapDiskFacts } from './swap-disk.ts';
import type { SwapCandidate } from './swap-designation.ts';

/** The device that an action names, as it was when the action was planned. */
export interface SwapTarget {
  readonly device: string;
  readonly disk: string;
  readonly diskSequence: number | null;
}

/** The facts of the designated disk, and what an action wants to do with it. */
export interface SwapSubject extends SwapCandidate {
  readonly target: SwapTarget;
  readonly facts: SwapDiskFacts;
}

export interface Refusal {
  readonly allowed: false;
  /** Number of the row in docs/decisions/swap-disk.md. */
  readonly row: number;
  /** `swap-disk.foreign-signature` and so on, stable. */
  readonly code: string;
  /** One line for people. */
  readonly because: string;
}

/** One row of a table: the first that applies decides. */
export interface RefusalRow<Subject> {
  readonly row: number;
  readonly code: string;
  /** Why not, or null where this row does not apply. */
  readonly because: (subject: Subject) => string | null;
}

/** Rows 1 to 7 of docs/decisions/swap-disk.md: true of wiping, of formatting and of enabling. */
export const commonRows: readonly RefusalRow<SwapSubject>[] = [
  { row: 2, code: 'swap-disk.changed', because: ({ target, disk, swapDevice }) => changed(target, disk, swapDevice) },
  { row: 3, code: 'swap-disk.read-only', because: ({ disk, swapDevice }) => readOnly(disk, swapDevice) },
  { row: 4, code: 'swap-disk.active', because: active },
  { row: 5, code: 'swap-disk.mounted', because: mounted },
  { row: 6, code: 'swap-disk.held', because: held },
  { row: 7, code: 'swap-disk.partitioned', because: partitioned },
];

/** Row 1: the designation, which every other row is about. */
export function refuseDesignation({ designation }: SwapDiskFacts): Refusal {
  const because = {
    none: () => 'no device is designated as the swap disk',
    several: (names: string) => `several devices could be the swap disk: ${names}; set CONFIG_SWAP_DEVICE`,
    refused: (reason: string) => reason,
  };
  const refusal = { allowed: false, row: 1, code: 'swap-disk.not-designated' } as const;
  if (designation.kind === 'refused') return { ...refusal, because: because.refused(designation.because) };
  if (designation.kind !== 'several') return { ...refusal, because: because.none() };
  const names = designation.candidates.map(({ swapDevice, by }) => `${swapDevice.path} (${by})`).join(', ');
  return { ...refusal, because: because.several(names) };
}

/** The first row that applies. */
export function firstRefusal<Subject>(rows: readonly RefusalRow<Subject>[], subject: Subject): Refusal | undefined {
  for (const { row, code, because } of rows) {
    const reason = because(subject);
    if (reason !== null) return { allowed: false, row, code, because: reason };
  }
  return undefined;
}

export function hasSwapSignature(signatures: readonly Signature[]): boolean {
  return signatures.some(({ type }) => type === 'swap');
}

/** As one word a type: `ext4, crypto_LUKS`. */
export function listTypes(signatures: readonly Signature[]): string {
  return [...new Set(signatures.map(({ type }) => type))].join(', ');
}

/**
 * Whether a payload of an earlier boot lay on this disk. DISKSEQ is counted anew in every boot, so what the platform
 * set decides, and the kernel name only where it set nothing (Xen, where it is the bus address).
 */
export function isDiskOf(payload: PayloadLocation, disk: BlockDevice): boolean {
  return payload.serial === disk.serial && (disk.serial !== null || payload.disk === disk.name);
}

function changed(target: SwapTarget, disk: BlockDevice, swapDevice: BlockDevice): string | null {
  if (target.disk !== disk.name || target.device !== swapDevice.name) {
    return `the swap device is ${swapDevice.path}, and not /dev/${target.device}`;
  }
  if (target.diskSequence === disk.diskSequence) return null;
  return `another disk took its name since it was looked at (DISKSEQ ${target.diskSequence}, now ${disk.diskSequence})`;
}

function readOnly(disk: BlockDevice, swapDevice: BlockDevice): string | null {
  return disk.readOnly || swapDevice.readOnly ? 'it is read-only' : null;
}

function active(subject: SwapSubject): string | null {
  const found = subject.facts.swaps.find(({ path }) => affected(subject).some((device) => namesDevice(device, path)));
  return found === undefined ? null : `${found.path} is active as swap`;
}

function mounted(subject: SwapSubject): string | null {
  const { devices, mounts } = subject.facts;
  const names = affected(subject).map((device) => device.name);
  const found = mounts.find((mount) => names.includes(mountedDevice(devices, mount)?.name ?? ''));
  return found === undefined ? null : `it is mounted at ${found.mountPoint}`;
}

function held(subject: SwapSubject): string | null {
  const holders = affected(subject).flatMap((device) => device.holders);
  return holders.length === 0 ? null : `${holders.join(', ')} is built on it`;
}

function partitioned({ swapDevice }: SwapSubject): string | null {
  const { partitions } = swapDevice;
  return partitions.length === 0 ? null : `it has partitions: ${partitions.join(', ')}`;
}

/** The swap device, and its partitions where it is a whole disk that has some. */
function affected({ swapDevice, facts }: SwapSubject): BlockDevice[] {
  return [swapDevice, ...facts.devices.filter((device) => device.parent === swapDevice.name)];
}

function namesDevice(device: BlockDevice, path: string): boolean {
  return device.path === path || device.links.includes(path);
}
