import { z } from 'zod';
import type { System } from '../../core/system/system.ts';

/** Under /run on purpose: after a boot systemd starts what is to run. */
export const stoppedUnitsFolder = '/run/gandi/stopped-units';

/** Units that the agent stopped when a disk went, and that are to run again when this very disk is back in its place. */
export interface StoppedUnits {
  /** Where this is written down. */
  readonly path: string;
  /** Of the disk's file system. */
  readonly uuid: string | null;
  /** What the platform had set for the disk. */
  readonly serial: string | null;
  readonly mountPoint: string;
  readonly units: readonly string[];
}

const schema = z.object({
  uuid: z.string().nullable(),
  serial: z.string().nullable(),
  mountPoint: z.string(),
  units: z.array(z.string()),
});

/** @param key of the record of the disk, which no other disk has in this boot */
export function stoppedUnitsPath(key: string): string {
  return `${stoppedUnitsFolder}/${key}.json`;
}

/** All that wait for a disk. What cannot be read is taken for none: these units stay stopped, and none runs on a wrong disk. */
export async function readStoppedUnits(system: System): Promise<StoppedUnits[]> {
  const names = (await system.files.list(stoppedUnitsFolder)).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(names.map((name) => readOne(system, `${stoppedUnitsFolder}/${name}`)));
  return found.filter((stopped) => stopped !== undefined);
}

/**
 * Whether they were stopped for this disk. A label says nothing: any disk can have it. Where the platform sets no serial,
 * as on Xen, the UUID has to do.
 */
export function areOf(stopped: StoppedUnits, disk: Pick<StoppedUnits, 'uuid' | 'serial'>): boolean {
  const isKnown = stopped.uuid !== null || stopped.serial !== null;
  return isKnown && stopped.uuid === disk.uuid && (stopped.serial === null || stopped.serial === disk.serial);
}

async function readOne(system: System, path: string): Promise<StoppedUnits | undefined> {
  const text = await system.files.read(path);
  if (text === undefined) return undefined;
  try {
    return { path, ...schema.parse(JSON.parse(text)) };
  } catch (error) {
    system.journal.warn(`${path}: cannot tell which units wait for a disk, they stay stopped: ${String(error)}`);
    return undefined;
  }
}
