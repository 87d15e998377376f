import type { Step } from './actions.ts';
import type { DiskRecord } from './disk-records.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { Refusal } from './refusals.ts';

/** Row 60 of docs/decisions/swap-disk.md: what is to be told of a swap disk that is gone; undefined if it was not in use. */
export function swapProblem({ device }: DiskRecord, { pulledSwaps }: DiskFacts): string | undefined {
  if (!pulledSwaps.includes(device)) return undefined;
  return `${device} was pulled while it was swap: what was swapped out to it is lost, and programs that need it end; reboot, and next time run \`swapoff ${device}\` first`;
}

/**
 * Rows 61 to 63: a swap disk that was pulled in use and came back. The handler judges what is on it. At boot a swap disk is not
 * enabled by this: a payload may be on it.
 */
export function planSwapBack(
  { device, fileSystem }: AttachedDisk,
  known: DiskRecord | undefined,
  { code }: Refusal,
  facts: DiskFacts,
  flags: Flags,
): Step[] {
  const cameBack = facts.pulledSwaps.includes(device.path) && facts.isDesignatedSwap;
  if (!cameBack || known !== undefined || !flags.CONFIG_SWAP) return [];
  if (code !== 'not-a-file-system' || fileSystem !== 'swap') return [];
  return [{ name: `enable swap ${device.path}`, actions: [{ kind: 'enable-swap', device: device.name }] }];
}
