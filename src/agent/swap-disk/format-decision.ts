import { type DecisionRow, type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';
import type { Signature } from '../../core/block-device/signatures.ts';
import type { SwapDiskFacts } from './swap-disk.ts';
import { swapName } from './swap-designation.ts';
import {
  commonRows,
  document,
  hasSwapSignature,
  isDiskOf,
  listTypes,
  type Refusal,
  type RefusalRow,
  refuseDesignation,
  refusedBy,
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

export type FormatDecision = { readonly allowed: true; readonly row: number; readonly reason: FormatReason } | Refusal;

/** What proves that a device may be formatted. */
export type FormatReason = 'payload-was-here' | 'gandiswap-partition' | 'blank';

/** The proof by which it is allowed. */
type Outcome = 'refused' | FormatReason;

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

/** Rows 10 to 17. Any signature but that of plain swap refuses, also one that is not known here. */
const formatRows: readonly RefusalRow<FormatSubject>[] = [
  { row: 10, code: 'swap-disk.size', outcome: 'refused', applies: sizeOutOfBounds },
  { row: 11, code: 'swap-disk.foreign-table', outcome: 'refused', applies: notGandiswapPartition },
  { row: 12, code: 'swap-disk.foreign-signature', outcome: 'refused', applies: foreignBesideTable },
  {
    row: 13,
    code: 'swap-disk.hibernation',
    outcome: 'refused',
    applies: foreign('a suspended system', ({ type }) => type === 'swsuspend'),
  },
  {
    row: 14,
    code: 'swap-disk.partition-table',
    outcome: 'refused',
    applies: foreign('a partition table', isPartitionTable),
  },
  {
    row: 15,
    code: 'swap-disk.volume',
    outcome: 'refused',
    applies: foreign('a member of a volume', ({ type }) => raidAndVolumes.test(type)),
  },
  {
    row: 16,
    code: 'swap-disk.foreign-signature',
    outcome: 'refused',
    applies: foreign('a file system', ({ type }) => type !== 'swap'),
  },
  { row: 17, code: 'swap-disk.payload-unreadable', outcome: 'refused', applies: payloadUnreadable },
];

/** Rows 20 to 24: one of three proofs, or no. */
const proofRows: readonly DecisionRow<FormatSubject, Outcome>[] = [
  {
    row: 20,
    code: 'payload-was-here',
    outcome: 'payload-was-here',
    applies: ({ payload }) => payload === 'here' && 'the payload that was applied lay here',
  },
  {
    row: 21,
    code: 'swap-disk.is-swap',
    outcome: 'refused',
    applies: ({ facts }) => hasSwapSignature(facts.swapDeviceSignatures) && 'it is swap already, and is only enabled',
  },
  {
    row: 22,
    code: 'gandiswap-partition',
    outcome: 'gandiswap-partition',
    applies: ({ swapDevice }) => swapDevice.partition?.name === swapName && `it is the partition named ${swapName}`,
  },
  {
    row: 23,
    code: 'blank',
    outcome: 'blank',
    applies: ({ facts }) => facts.zeros === 'all' && 'it is nothing but zeros',
  },
  {
    row: 24,
    code: 'swap-disk.not-blank',
    outcome: 'refused',
    applies: ({ facts }) => (facts.zeros === 'too-large' ? 'it is too large to be proven blank' : 'it is not blank'),
  },
];

export const formatTable: DecisionTable<FormatSubject, Outcome> = {
  document,
  rows: [...commonRows, ...formatRows, ...proofRows],
};

/**
 * Whether a device may be formatted as swap: the table of docs/decisions/swap-disk.md. The planner asks it, and the
 * handler again under the disk's lock with facts of that moment.
 */
export function decideFormat({ target, facts, payload }: FormatInput): FormatDecision {
  if (facts.designation.kind !== 'one') return refuseDesignation(facts);
  const { disk, swapDevice, by } = facts.designation;
  const subject: FormatSubject = { disk, swapDevice, by, target, facts, payload };
  const decision = decideAlways(formatTable, subject);
  const { row, outcome } = decision;
  return outcome === 'refused' ? refusedBy(decision) : { allowed: true, row, reason: outcome };
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

function sizeOutOfBounds({ swapDevice }: FormatSubject): string | false {
  const { sizeBytes } = swapDevice;
  return sizeBytes < minimalSize || sizeBytes > maximalSize
    ? `its size of ${sizeBytes} bytes is not that of a swap disk`
    : false;
}

function notGandiswapPartition({ swapDevice, facts }: FormatSubject): string | false {
  if (swapDevice.partition === null) return false;
  const inGpt = facts.diskSignatures.some(({ type }) => type === 'gpt');
  return inGpt && swapDevice.partition.name === swapName
    ? false
    : `it is a partition and not one of a GPT named ${swapName}`;
}

/** A file system over a whole disk that has a GPT too is one of the two that somebody relies on. */
function foreignBesideTable({ swapDevice, facts }: FormatSubject): string | false {
  if (swapDevice.partition === null) return false;
  const beside = facts.diskSignatures.filter(({ type }) => type !== 'gpt' && type !== 'PMBR');
  return beside.length !== 0 && `its disk holds more than a GPT: ${listTypes(beside)}`;
}

function isPartitionTable({ type }: Signature): boolean {
  return partitionTables.includes(type);
}

function foreign(what: string, matches: (signature: Signature) => boolean) {
  return ({ facts }: FormatSubject): string | false => {
    const found = facts.swapDeviceSignatures.filter(matches);
    return found.length !== 0 && `it holds ${what}: ${listTypes(found)}`;
  };
}

function payloadUnreadable({ payload }: FormatSubject): string | false {
  return payload === 'unreadable' && 'a payload that was not applied is or may be on it';
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
