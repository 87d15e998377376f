import type { SwapDiskFacts } from './swap-disk.ts';
import {
  commonRows,
  firstRefusal,
  hasSwapSignature,
  listTypes,
  type Refusal,
  type RefusalRow,
  refuseDesignation,
  type SwapSubject,
} from './swap-rows.ts';
import { payloadStanding } from './format-decision.ts';

/** `already`: nothing is left to do. */
export type EnableDecision = { readonly allowed: true; readonly row: number; readonly already: boolean } | Refusal;

/** Rows 51 to 53 of docs/decisions/swap-disk.md. Enabling is destructive too: the kernel writes wherever it likes. */
const enableRows: readonly RefusalRow<SwapSubject>[] = [
  { row: 51, code: 'swap-disk.foreign-signature', because: foreignOnDevice },
  { row: 52, code: 'swap-disk.no-swap', because: notSwap },
  { row: 53, code: 'swap-disk.payload-unreadable', because: payloadUnreadable },
];

/** Whether a device may be enabled as swap. @param device its kernel name */
export function decideEnable(device: string, facts: SwapDiskFacts): EnableDecision {
  if (facts.designation.kind !== 'one') return refuseDesignation(facts);
  const { disk, swapDevice, by } = facts.designation;
  // The action names no DISKSEQ: a disk that holds nothing but swap is as good as the one it took the place of.
  const target = { device, disk: disk.name, diskSequence: disk.diskSequence };
  const subject: SwapSubject = { disk, swapDevice, by, target, facts };
  const isActive = swapDevice.name === device && facts.swaps.some(({ path }) => isPathOf(subject, path));
  if (isActive) return { allowed: true, row: 50, already: true };
  const refusal = firstRefusal(commonRows, subject) ?? firstRefusal(enableRows, subject);
  return refusal ?? { allowed: true, row: 54, already: false };
}

function isPathOf({ swapDevice }: SwapSubject, path: string): boolean {
  return swapDevice.path === path || swapDevice.links.includes(path);
}

/** swapon(8) formats a device with a suspended system anew, and the kernel believes the swap header alone. */
function foreignOnDevice({ facts }: SwapSubject): string | null {
  const found = facts.swapDeviceSignatures.filter(({ type }) => type !== 'swap');
  return found.length === 0 ? null : `it holds more than swap: ${listTypes(found)}`;
}

function notSwap({ facts }: SwapSubject): string | null {
  return hasSwapSignature(facts.swapDeviceSignatures) ? null : 'it is not formatted as swap';
}

/** Swap that is in use overwrites whatever lies on the device. */
function payloadUnreadable({ facts }: SwapSubject): string | null {
  return payloadStanding(facts) === 'unreadable' ? 'a payload that was not applied is or may be on it' : null;
}
