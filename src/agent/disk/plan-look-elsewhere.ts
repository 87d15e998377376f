import type { Action, Step } from './actions.ts';
import type { AttachedDisk, DiskFacts } from './disk-facts.ts';
import type { DiskRecord } from './disk-records.ts';
import { fileSystemTraits } from './file-systems.ts';
import type { Refusal } from './refusals.ts';

/**
 * What keeps an act from a disk that another machine has. The kernel looks by itself before it mounts for writing, so a plain mount
 * waits for no look of ours.
 * @param untouched what goes on record where nothing is yet
 */
export function planRequireNotElsewhere(disk: AttachedDisk, untouched: DiskRecord): Action[] {
  if (fileSystemTraits(disk.fileSystem ?? '')?.hasMmp !== true) return [];
  return [{ kind: 'require-not-elsewhere', ...targetOf(disk), untouched }];
}

/** A disk that was left alone so is looked at again when it is attached, or when a person asks: once, as each look takes seconds. */
export function planLookElsewhere(
  disk: AttachedDisk,
  known: DiskRecord | undefined,
  { code }: Refusal,
  { mountedElsewhere }: DiskFacts,
): Step[] | undefined {
  if (code !== 'mounted-elsewhere' || known === undefined || mountedElsewhere?.isFresh !== false) return undefined;
  const look: Action = { kind: 'look-elsewhere', ...targetOf(disk), record: known };
  return [{ name: `attach ${disk.device.path}`, actions: [look] }];
}

function targetOf({ device, wholeDisk }: AttachedDisk) {
  return { device: device.path, disk: wholeDisk, diskSequence: device.diskSequence };
}
