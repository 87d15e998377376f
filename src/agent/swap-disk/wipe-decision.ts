import { type DecisionRow, type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';
import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { SwapDiskFacts } from './swap-disk.ts';
import {
  commonRows,
  document,
  listTypes,
  type Refusal,
  type RefusalRow,
  refuseDesignation,
  refusedBy,
  type SwapSubject,
} from './swap-rows.ts';

/** `resume`: a wipe that was cut off goes on; `done`: the area is zeros already. */
type WipeState = 'start' | 'resume' | 'done';

export type WipeDecision = { readonly allowed: true; readonly row: number; readonly state: WipeState } | Refusal;

type Outcome = 'refused' | WipeState;

type WipeSubject = SwapSubject & { readonly payload: PayloadLocation };

// Kernel modules may be 2 GB; more is not a payload.
const maximalLength = 3 * 1024 ** 3;

/** Rows 30 to 34. */
const wipeRows: readonly RefusalRow<WipeSubject>[] = [
  { row: 30, code: 'payload.wrong-place', outcome: 'refused', applies: wrongPlace },
  { row: 31, code: 'payload.other-partition', outcome: 'refused', applies: reachesOtherPartition },
  { row: 32, code: 'swap-disk.foreign-signature', outcome: 'refused', applies: foreignOnDevice },
  { row: 33, code: 'swap-disk.foreign-signature', outcome: 'refused', applies: foreignBesideTable },
  { row: 34, code: 'payload.not-committed', outcome: 'refused', applies: notCommitted },
];

/** Rows 40 to 43: what lies where the payload was. */
const areaRows: readonly DecisionRow<WipeSubject, Outcome>[] = [
  {
    row: 40,
    code: 'payload.applied',
    outcome: 'start',
    applies: ({ facts }) => facts.payloadArea === 'known' && 'it is the payload that was applied',
  },
  {
    row: 41,
    code: 'payload.half-wiped',
    outcome: 'resume',
    applies: ({ facts }) => facts.payloadArea === 'wiping' && 'a wipe of it was cut off',
  },
  {
    row: 42,
    code: 'payload.wiped',
    outcome: 'done',
    applies: ({ facts }) => facts.payloadArea === 'zero' && 'nothing but zeros lies there',
  },
  {
    row: 43,
    code: 'payload.other-bytes',
    outcome: 'refused',
    applies: () => 'what lies there is not the payload that was applied',
  },
];

export const wipeTable: DecisionTable<WipeSubject, Outcome> = {
  document,
  rows: [...commonRows, ...wipeRows, ...areaRows],
};

/** Whether the payload may be overwritten: only the bytes that were applied, and only once that is on record. */
export function decideWipe(payload: PayloadLocation, facts: SwapDiskFacts): WipeDecision {
  if (facts.designation.kind !== 'one') return refuseDesignation(facts);
  const { disk, swapDevice, by } = facts.designation;
  const target = { disk: payload.disk, device: swapDevice.name, diskSequence: payload.diskSequence };
  const subject: WipeSubject = { disk, swapDevice, by, target, facts, payload };
  const decision = decideAlways(wipeTable, subject);
  const { row, outcome } = decision;
  return outcome === 'refused' ? refusedBy(decision) : { allowed: true, row, state: outcome };
}

function wrongPlace({ payload, disk, facts }: WipeSubject): string | false {
  const { offset, length, serial } = payload;
  if (serial !== disk.serial) return `its serial is ${disk.serial}, and not ${serial}`;
  const fits = length > 0 && length <= maximalLength && offset + length <= disk.sizeBytes;
  return (offset !== facts.payloadOffset || !fits) && `${length} bytes at ${offset} are no place of a payload`;
}

function reachesOtherPartition({ payload, disk, swapDevice, facts }: WipeSubject): string | false {
  const end = payload.offset + payload.length;
  const other = facts.devices.find(
    ({ name, parent, partition, sizeBytes }) =>
      parent === disk.name &&
      name !== swapDevice.name &&
      partition !== null &&
      partition.startBytes < end &&
      payload.offset < partition.startBytes + sizeBytes,
  );
  return other !== undefined && `it reaches into ${other.path}`;
}

/** Under a file system, bytes that look like our payload are a file of somebody. */
function foreignOnDevice({ facts }: WipeSubject): string | false {
  const found = facts.swapDeviceSignatures.filter(({ type }) => type !== 'swap');
  return found.length !== 0 && `it holds more than swap: ${listTypes(found)}`;
}

function foreignBesideTable({ disk, swapDevice, facts }: WipeSubject): string | false {
  if (swapDevice.name === disk.name) return false;
  const found = facts.diskSignatures.filter(({ type }) => !['gpt', 'PMBR', 'dos'].includes(type));
  return found.length !== 0 && `its disk holds more than a partition table: ${listTypes(found)}`;
}

function notCommitted({ payload, facts }: WipeSubject): string | false {
  const committed = facts.record?.payload;
  const same =
    committed?.digest === payload.digest && committed.offset === payload.offset && committed.length === payload.length;
  return !same && 'it is not on record as applied';
}
