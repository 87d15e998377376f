import type { System } from '../../core/system/system.ts';
import type { DriveSource } from './drive-source.ts';

/** A volume that says what this machine is to be. */
export interface FoundDrive {
  readonly source: DriveSource;
  /** Path of the volume. */
  readonly device: string;
}

/** The first volume that is labelled as one of these sources; undefined if there is none. */
export async function findDrive({ files }: System, sources: readonly DriveSource[]): Promise<FoundDrive | undefined> {
  for (const source of sources) {
    for (const label of source.labels) {
      const device = `/dev/disk/by-label/${label}`;
      if ((await files.status(device)) !== undefined) return { source, device };
    }
  }
  return undefined;
}
