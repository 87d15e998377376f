import {
  type Decision,
  type DecisionRow,
  type DecisionTable,
  decideAlways,
} from '../../core/decision/decision-table.ts';
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

export const document = 'docs/decisions/swap-disk.md';

export type RefusalRow<Subject> = DecisionRow<Subject, 'refused'>;

/** Row 1: the designation, which every other row is about. */
export const designationTable: DecisionTable<SwapDiskFacts, 'refused'> = {
  document,
  rows: [{ row: 1, code: 'swap-disk.not-designated', outcome: 'refused', applies: notDesignated }],
};

/** Rows 2 to 7: true of wiping, of formatting and of enabling. */
export const commonRows: readonly RefusalRow<SwapSubject>[] = [
  {
    row: 2,
    code: 'swap-disk.changed',
    outcome: 'refused',
    applies: ({ target, disk, swapDevice }) => changed(target, disk, swapDevice),
  },
  {
    row: 3,
    code: 'swap-disk.read-only',
    outcome: 'refused',
    applies: ({ disk, swapDevice }) => readOnly(disk, swapDevice),
  },
  { row: 4, code: 'swap-disk.active', outcome: 'refused', applies: active },
  { row: 5, code: 'swap-disk.mounted', outcome: 'refused', applies: mounted },
  { row: 6, code: 'swap-disk.held', outcome: 'refused', applies: held },
  { row: 7, code: 'swap-disk.partitioned', outcome: 'refused', applies: partitioned },
];

/** What keeps every act from being done: there is no one device that it could be about. */
export function refuseDesignation(facts: SwapDiskFacts): Refusal {
  return refusedBy(decideAlways(designationTable, facts));
}

/** The answer of a row that refuses. */
export function refusedBy({ row, code, because }: Decision<unknown>): Refusal {
  return { allowed: false, row, code, because };
}

export function hasSwapSignature(signatures: readonly Signature[]): boolean {
  return signatures.some(({ type }) => type === 'swap');
}

/** As one word a type: `ext4, crypto_LUKS`. */
export function listTypes(signatures: readonly Signature[]): string {
  return [...new Set(signatures.map(({ type }) => type))].join(', ');
}

/**
 * Whether a payload of an earlier boot lay on this disk. DISKSEQ is counted again in every boot, so what the platform
 * set decides, and the kernel name only where it set nothing (Xen, where it is the bus address).
 */
export function isDiskOf(payload: PayloadLocation, disk: BlockDevice): boolean {
  return payload.serial === disk.serial && (disk.serial !== null || payload.disk === disk.name);
}

function notDesignated({ designation }: SwapDiskFacts): string | false {
  if (designation.kind === 'one') return false;
  if (designation.kind === 'none') return 'no device is designated as the swap disk';
  if (designation.kind === 'refused') return designation.because;
  const names = designation.candidates.map(({ swapDevice, by }) => `${swapDevice.path} (${by})`).join(', ');
  return `several devices could be the swap disk: ${names}; set CONFIG_SWAP_DEVICE`;
}

function changed(target: SwapTarget, disk: BlockDevice, swapDevice: BlockDevice): string | false {
  if (target.disk !== disk.name || target.device !== swapDevice.name) {
    return `the swap device is ${swapDevice.path}, and not /dev/${target.device}`;
  }
  if (target.diskSequence === disk.diskSequence) return false;
  return `another disk took its name since it was looked at (DISKSEQ ${target.diskSequence}, now ${disk.diskSequence})`;
}

function readOnly(disk: BlockDevice, swapDevice: BlockDevice): string | false {
  return (disk.readOnly || swapDevice.readOnly) && 'it is read-only';
}

function active(subject: SwapSubject): string | false {
  const found = subject.facts.swaps.find(({ path }) => affected(subject).some((device) => namesDevice(device, path)));
  return found !== undefined && `${found.path} is active as swap`;
}

function mounted(subject: SwapSubject): string | false {
  const { devices, mounts } = subject.facts;
  const names = affected(subject).map((device) => device.name);
  const found = mounts.find((mount) => names.includes(mountedDevice(devices, mount)?.name ?? ''));
  return found !== undefined && `it is mounted at ${found.mountPoint}`;
}

function held(subject: SwapSubject): string | false {
  const holders = affected(subject).flatMap((device) => device.holders);
  return holders.length !== 0 && `${holders.join(', ')} is built on it`;
}

function partitioned({ swapDevice }: SwapSubject): string | false {
  const { partitions } = swapDevice;
  return partitions.length !== 0 && `it has partitions: ${partitions.join(', ')}`;
}

/** The swap device, and its partitions where it is a whole disk that has some. */
function affected({ swapDevice, facts }: SwapSubject): BlockDevice[] {
  return [swapDevice, ...facts.devices.filter((device) => device.parent === swapDevice.name)];
}

function namesDevice(device: BlockDevice, path: string): boolean {
  return device.path === path || device.links.includes(path);
}
