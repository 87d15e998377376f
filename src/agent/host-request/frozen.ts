import { z } from 'zod';
import type { System } from '../../core/system/system.ts';
import { makeRunFolder } from '../stage/run-folder.ts';

const path = '/run/gandi/frozen.json';

const schema = z.object({
  /** What is frozen, or was about to be; none once all is thawed and the hook of the thaw is still to run. */
  mounts: z.array(z.object({ mountPoint: z.string(), majorMinor: z.string() })),
  /** Seconds since boot when it is thawed in any case. */
  until: z.number(),
  /** All of them are frozen: else one may be on its way yet. */
  isWhole: z.boolean(),
  /** What the hook of the thaw is told. */
  hookPaths: z.array(z.string()),
});

/** What the platform had frozen. */
export type Frozen = z.infer<typeof schema>;

/** What is frozen now; undefined where nothing is, or where the deadline has passed. */
export async function observeFrozen(system: System): Promise<Frozen | undefined> {
  const frozen = await readFrozen(system);
  return frozen === undefined || frozen.mounts.length === 0 || isOver(frozen, system) ? undefined : frozen;
}

/** Its deadline has passed. */
export function isOver({ until }: Frozen, { clock }: Pick<System, 'clock'>): boolean {
  return until <= clock.monotonic();
}

/** What was frozen last, thawed by its deadline or not; undefined once it was thawed and the hook has run. */
export async function readFrozen({ files }: System): Promise<Frozen | undefined> {
  try {
    return schema.parse(JSON.parse((await files.read(path)) ?? ''));
  } catch {
    return undefined;
  }
}

export async function writeFrozen(system: System, frozen: Frozen): Promise<void> {
  await makeRunFolder(system);
  await system.files.replace(path, `${JSON.stringify(frozen)}\n`, { mode: 0o600 });
}

export async function forgetFrozen({ files }: System): Promise<void> {
  await files.remove(path);
}
