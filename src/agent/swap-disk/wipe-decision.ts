import type { PayloadLocation } from '../../core/payload/payload-location.ts';
import type { SwapDiskFacts } from './swap-disk.ts';
import {
  commonRows,
  firstRefusal,
  listTypes,
  type Refusal,
  type RefusalRow,
  refuseDesignation,
  type SwapSubject,
} from './swap-rows.ts';

export type WipeDecision =
  /** `resume`: a wipe that was cut off goes on; `done`: the area is zeros already. */
  { readonly allowed: true; readonly row: number; readonly state: 'start' | 'resume' | 'done' } | Refusal;

type WipeSubject = SwapSubject & { readonly payload: PayloadLocation };

// Kernel modules may be 2 GB; more is no payload.
const maximalLength = 3 * 1024 ** 3;

/** Rows 30 to 34 of docs/decisions/swap-disk.md. */
const wipeRows: readonly RefusalRow<WipeSubject>[] = [
  { row: 30, code: 'payload.wrong-place', because: wrongPlace },
  { row: 31, code: 'payload.other-partition', because: reachesOtherPartition },
  { row: 32, code: 'swap-disk.foreign-signature', because: foreignOnDevice },
  { row: 33, code: 'swap-disk.foreign-signature', because: foreignBesideTable },
  { row: 34, code: 'payload.not-committed', because: notCommitted },
];

/** Whether the payload may be overwritten: only the bytes that were applied, and only once that is on record. */
export function decideWipe(payload: PayloadLocation, facts: SwapDiskFacts): WipeDecision {
  if (facts.designation.kind !== 'one') return refuseDesignation(facts);
  const { disk, swapDevice, by } = facts.designation;
  const target = { disk: payload.disk, device: swapDevice.name, diskSequence: payload.diskSequence };
  const subject: WipeSubject = { disk, swapDevice, by, target, facts, payload };
  const refusal = firstRefusal(commonRows, subject) ?? firstRefusal(wipeRows, subject);
  return refusal ?? judgeArea(facts);
}

/** Rows 40 to 43. */
function judgeArea({ payloadArea }: SwapDiskFacts): WipeDecision {
  if (payloadArea === 'known') return { allowed: true, row: 40, state: 'start' };
  if (payloadArea === 'wiping') return { allowed: true, row: 41, state: 'resume' };
  if (payloadArea === 'zero') return { allowed: true, row: 42, state: 'done' };
  const because = 'what lies there is not the payload that was applied';
  return { allowed: false, row: 43, code: 'payload.other-bytes', because };
}

function wrongPlace({ payload, disk, facts }: WipeSubject): string | null {
  const { offset, length, serial } = payload;
  if (serial !== disk.serial) return `its serial is ${disk.serial}, and not ${serial}`;
  const fits = length > 0 && length <= maximalLength && offset + length <= disk.sizeBytes;
  return offset === facts.payloadOffset && fits ? null : `${length} bytes at ${offset} are no place of a payload`;
}

function reachesOtherPartition({ payload, disk, swapDevice, facts }: WipeSubject): string | null {
  const end = payload.offset + payload.length;
  const other = facts.devices.find(
    ({ name, parent, partition, sizeBytes }) =>
      parent === disk.name &&
      name !== swapDevice.name &&
      partition !== null &&
      partition.startBytes < end &&
      payload.offset < partition.startBytes + sizeBytes,
  );
  return other === undefined ? null : `it reaches into ${other.path}`;
}

/** Under a file system, bytes that look like our payload are a file of somebody. */
function foreignOnDevice({ facts }: WipeSubject): string | null {
  const found = facts.swapDeviceSignatures.filter(({ type }) => type !== 'swap');
  return found.length === 0 ? null : `it holds more than swap: ${listTypes(found)}`;
}

function foreignBesideTable({ disk, swapDevice, facts }: WipeSubject): string | null {
  if (swapDevice.name === disk.name) return null;
  const found = facts.diskSignatures.filter(({ type }) => !['gpt', 'PMBR', 'dos'].includes(type));
  return found.length === 0 ? null : `its disk holds more than a partition table: ${listTypes(found)}`;
}

function notCommitted({ payload, facts }: WipeSubject): string | null {
  const committed = facts.record?.payload;
  const same =
    committed?.digest === payload.digest && committed.offset === payload.offset && committed.length === payload.length;
  return same ? null : 'it is not on record as applied';
}
