import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import type { DriveSource } from './drive-source.ts';
import { describeLeftAlone, observeSource, requireOneSource } from './find-source.ts';
import { designateSource } from './source-designation.ts';

/** A volume that says what this machine is to be. */
export interface FoundDrive {
  readonly source: DriveSource;
  /** Path of the volume. */
  readonly device: string;
  /** What may be read of it: all that it says, or only what the record says was applied from it. */
  readonly trust: 'anything' | 'applied';
}

export interface DriveSearch {
  readonly found: FoundDrive | undefined;
  /** What carries the label of a source and is not read: one sentence each. */
  readonly notes: readonly string[];
}

/**
 * The volume of the first of these sources that a device of this machine is designated for.
 * @throws AgentError `config-drive.several`, `config-drive.not-designated`, `state.unreadable`
 */
export async function findDrive(system: System, flags: Flags, sources: readonly DriveSource[]): Promise<DriveSearch> {
  const notes: string[] = [];
  for (const source of sources) {
    const designation = designateSource(await observeSource(system, flags, source.labels));
    requireOneSource(designation);
    notes.push(...designation.leftAlone.map(describeLeftAlone));
    if (designation.kind !== 'one') continue;
    return { found: { source, device: designation.device.path, trust: designation.trust }, notes };
  }
  return { found: undefined, notes };
}
