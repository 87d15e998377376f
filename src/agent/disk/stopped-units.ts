import { basename } from 'node:path';
import { parseServices } from './mount-units.ts';
import type { System } from '../../core/system/system.ts';

/** Under /run on purpose: after a boot systemd starts what is to run. */
export const stoppedUnitsFolder = '/run/gandi/stopped-units';

/** Where the units are written down that were stopped for the disk of a mount point. */
export function stoppedUnitsPath(mountPoint: string): string {
  return `${stoppedUnitsFolder}/${basename(mountPoint)}`;
}

/** The units that the agent stopped when the disk of this mount point went, and that are to run again when it is back. */
export async function readStoppedUnits(system: System, mountPoint: string): Promise<string[]> {
  return parseServices((await system.files.read(stoppedUnitsPath(mountPoint))) ?? '');
}
