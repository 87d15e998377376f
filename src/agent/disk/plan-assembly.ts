import type { Step } from './actions.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import { isReadOnly } from './is-read-only.ts';
import type { Refusal } from './refusals.ts';

/**
 * What a disk is a part of is put together once for an attachment, or when a person asks: what somebody closed stays closed. All
 * rows of docs/decisions/layer-assembly.md are among the refusals, so none of them speaks against it here.
 */
export function planAssembly(
  disk: AttachedDisk,
  known: DiskRecord | undefined,
  { code }: Refusal,
  { member, occasion }: DiskFacts,
): Step[] {
  if (member === undefined || code !== 'not-a-file-system') return [];
  if (known !== undefined && occasion !== 'asked') return [];
  const { path, diskSequence } = disk.device;
  const meant = { device: path, disk: disk.wholeDisk, diskSequence, isReadOnly: isReadOnly(disk) };
  return [{ name: `attach ${path}`, actions: [{ kind: 'assemble-layer', layer: member.kind, ...meant }] }];
}
