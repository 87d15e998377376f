import type { MakeSwap } from './make-swap.ts';
import type { Signature } from '../../core/block-device/signatures.ts';
import type { SwapDiskFacts } from './swap-disk.ts';
import { swapName } from './swap-designation.ts';
import {
  commonRows,
  firstRefusal,
  hasSwapSignature,
  isDiskOf,
  listTypes,
  type Refusal,
  type RefusalRow,
  refuseDesignation,
  type SwapSubject,
  type SwapTarget,
} from './swap-rows.ts';

/**
 * `here`: it was read from this disk and is committed, or will be by actions before the formatting.
 * `unreadable`: something is there that is or may be a payload, and that nobody has applied.
 */
export type PayloadStanding = 'here' | 'none' | 'unreadable';

export interface FormatInput {
  readonly target: SwapTarget;
  readonly facts: SwapDiskFacts;
  readonly payload: PayloadStanding;
}

export type FormatDecision =
  | { readonly allowed: true; readonly row: number; readonly reason: MakeSwap['reason'] }
  | Refusal;

type FormatSubject = SwapSubject & { readonly payload: PayloadStanding };

// Below, mkswap(8) itself refuses; above, the designation is more likely a mistake than a swap disk.
const minimalSize = 1024 ** 2;
const maximalSize = 128 * 1024 ** 3;

const raidAndVolumes = /_member$|^drbd|^bcache$|^crypto_|^stratis$|^ceph_|^BitLocker$|^(dm|DM)_|^vdo$/;
const partitionTables = [
  'gpt',
  'PMBR',
  'dos',
  'mac',
  'sun',
  'sgi',
  'bsd',
  'atari',
  'aix',
  'minix',
  'ultrix',
  'solaris-x86',
  'unixware',
];

/** Rows 10 to 17 of docs/decisions/swap-disk.md. Any signature but that of plain swap refuses, also one that is not known here. */
const formatRows: readonly RefusalRow<FormatSubject>[] = [
  { row: 10, code: 'swap-disk.size', because: sizeOutOfBounds },
  { row: 11, code: 'swap-disk.foreign-table', because: notGandiswapPartition },
  { row: 12, code: 'swap-disk.foreign-signature', because: foreignBesideTable },
  {
    row: 13,
    code: 'swap-disk.hibernation',
    because: foreign('a suspended system', ({ type }) => type === 'swsuspend'),
  },
  { row: 14, code: 'swap-disk.partition-table', because: foreign('a partition table', isPartitionTable) },
  {
    row: 15,
    code: 'swap-disk.volume',
    because: foreign('a member of a volume', ({ type }) => raidAndVolumes.test(type)),
  },
  { row: 16, code: 'swap-disk.foreign-signature', because: foreign('a file system', ({ type }) => type !== 'swap') },
  { row: 17, code: 'swap-disk.payload-unreadable', because: payloadUnreadable },
];

/**
 * Whether a device may be formatted as swap: the table of docs/decisions/swap-disk.md. The planner asks it, and the
 * handler again under the disk's lock with facts of that moment.
 */
export function decideFormat({ target, facts, payload }: FormatInput): FormatDecision {
  if (facts.designation.kind !== 'one') return refuseDesignation(facts);
  const { disk, swapDevice, by } = facts.designation;
  const subject: FormatSubject = { disk, swapDevice, by, target, facts, payload };
  const refusal = firstRefusal(commonRows, subject) ?? firstRefusal(formatRows, subject);
  return refusal ?? findProof(subject);
}

/**
 * What the disk and the record say of the payload, where no reader has judged it: for the handlers, and for a boot
 * that follows a power cut.
 */
export function payloadStanding(facts: SwapDiskFacts): PayloadStanding {
  const { designation, payloadArea, record, swapDeviceSignatures } = facts;
  if (designation.kind !== 'one') return 'unreadable';
  if (payloadArea === 'zero') {
    return record !== undefined && !record.consumed && isDiskOf(record.payload, designation.disk) ? 'here' : 'none';
  }
  if (payloadArea !== 'other') return 'unreadable';
  // Pages that were swapped out lie there, or a partition that is none of ours.
  return hasSwapSignature(swapDeviceSignatures) || isInOtherPartition(facts) ? 'none' : 'unreadable';
}

/** Rows 20 to 24: one of three proofs, or no. */
function findProof({ swapDevice, facts, payload }: FormatSubject): FormatDecision {
  if (payload === 'here') return { allowed: true, row: 20, reason: 'payload-was-here' };
  if (hasSwapSignature(facts.swapDeviceSignatures)) {
    return refuse(21, 'swap-disk.is-swap', 'it is swap already, and is only enabled');
  }
  if (swapDevice.partition?.name === swapName) return { allowed: true, row: 22, reason: 'gandiswap-partition' };
  if (facts.zeros === 'all') return { allowed: true, row: 23, reason: 'blank' };
  const because = facts.zeros === 'too-large' ? 'it is too large to be proven blank' : 'it is not blank';
  return refuse(24, 'swap-disk.not-blank', because);
}

function sizeOutOfBounds({ swapDevice }: FormatSubject): string | null {
  const { sizeBytes } = swapDevice;
  return sizeBytes < minimalSize || sizeBytes > maximalSize
    ? `its size of ${sizeBytes} bytes is not that of a swap disk`
    : null;
}

function notGandiswapPartition({ swapDevice, facts }: FormatSubject): string | null {
  if (swapDevice.partition === null) return null;
  const inGpt = facts.diskSignatures.some(({ type }) => type === 'gpt');
  return inGpt && swapDevice.partition.name === swapName
    ? null
    : `it is a partition and not one of a GPT named ${swapName}`;
}

/** A file system over a whole disk that has a GPT too is one of the two that somebody relies on. */
function foreignBesideTable({ swapDevice, facts }: FormatSubject): string | null {
  if (swapDevice.partition === null) return null;
  const beside = facts.diskSignatures.filter(({ type }) => type !== 'gpt' && type !== 'PMBR');
  return beside.length === 0 ? null : `its disk holds more than a GPT: ${listTypes(beside)}`;
}

function isPartitionTable({ type }: Signature): boolean {
  return partitionTables.includes(type);
}

function foreign(what: string, matches: (signature: Signature) => boolean) {
  return ({ facts }: FormatSubject): string | null => {
    const found = facts.swapDeviceSignatures.filter(matches);
    return found.length === 0 ? null : `it holds ${what}: ${listTypes(found)}`;
  };
}

function payloadUnreadable({ payload }: FormatSubject): string | null {
  return payload === 'unreadable' ? 'a payload that was not applied is or may be on it' : null;
}

function isInOtherPartition({ designation, devices, payloadOffset }: SwapDiskFacts): boolean {
  if (designation.kind !== 'one') return false;
  const { disk, swapDevice } = designation;
  return devices.some(
    ({ name, parent, partition, sizeBytes }) =>
      parent === disk.name &&
      name !== swapDevice.name &&
      partition !== null &&
      partition.startBytes <= payloadOffset &&
      payloadOffset < partition.startBytes + sizeBytes,
  );
}

function refuse(row: number, code: string, because: string): Refusal {
  return { allowed: false, row, code, because };
}
