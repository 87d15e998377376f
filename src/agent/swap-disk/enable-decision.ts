import { type DecisionTable, decideAlways } from '../../core/decision/decision-table.ts';
import type { Swap } from '../../core/block-device/mounts.ts';
import type { SwapDiskFacts } from './swap-disk.ts';
import {
  commonRows,
  document,
  hasSwapSignature,
  listTypes,
  type Refusal,
  type RefusalRow,
  refuseDesignation,
  refusedBy,
  type SwapSubject,
} from './swap-rows.ts';
import { payloadStanding } from './format-decision.ts';

/** `already`: nothing is left to do. */
export type EnableDecision = { readonly allowed: true; readonly row: number; readonly already: boolean } | Refusal;

/** Rows 51 to 53. Enabling is destructive too: the kernel writes wherever it likes. */
const enableRows: readonly RefusalRow<SwapSubject>[] = [
  { row: 51, code: 'swap-disk.foreign-signature', outcome: 'refused', applies: foreignOnDevice },
  { row: 52, code: 'swap-disk.no-swap', outcome: 'refused', applies: notSwap },
  { row: 53, code: 'swap-disk.payload-unreadable', outcome: 'refused', applies: payloadUnreadable },
];

/** That it is active already comes first: row 4, which is about other devices of the disk too, would refuse it. */
export const enableTable: DecisionTable<SwapSubject, 'refused' | 'already' | 'enable'> = {
  document,
  rows: [
    { row: 50, code: 'swap-disk.is-active', outcome: 'already', applies: alreadyActive },
    ...commonRows,
    ...enableRows,
    { row: 54, code: 'swap-disk.swap', outcome: 'enable', applies: () => 'it is plain swap' },
  ],
};

/** Whether a device may be enabled as swap. @param device its kernel name */
export function decideEnable(device: string, facts: SwapDiskFacts): EnableDecision {
  if (facts.designation.kind !== 'one') return refuseDesignation(facts);
  const { disk, swapDevice, by } = facts.designation;
  // The action names no DISKSEQ: a disk that holds nothing but swap is as good as the one it took the place of.
  const target = { device, disk: disk.name, diskSequence: disk.diskSequence };
  const subject: SwapSubject = { disk, swapDevice, by, target, facts };
  const decision = decideAlways(enableTable, subject);
  const { row, outcome } = decision;
  return outcome === 'refused' ? refusedBy(decision) : { allowed: true, row, already: outcome === 'already' };
}

function alreadyActive({ target, swapDevice, facts }: SwapSubject): string | false {
  const isNamed = ({ path }: Swap) => swapDevice.path === path || swapDevice.links.includes(path);
  return swapDevice.name === target.device && facts.swaps.some(isNamed) && 'it is active already';
}

/** swapon(8) formats a device with a suspended system again, and the kernel believes only the swap header. */
function foreignOnDevice({ facts }: SwapSubject): string | false {
  const found = facts.swapDeviceSignatures.filter(({ type }) => type !== 'swap');
  return found.length !== 0 && `it holds more than swap: ${listTypes(found)}`;
}

function notSwap({ facts }: SwapSubject): string | false {
  return !hasSwapSignature(facts.swapDeviceSignatures) && 'it is not formatted as swap';
}

/** Swap that is in use overwrites whatever lies on the device. */
function payloadUnreadable({ facts }: SwapSubject): string | false {
  return payloadStanding(facts) === 'unreadable' && 'a payload that was not applied is or may be on it';
}
