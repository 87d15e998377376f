import type { System } from '../../core/system/system.ts';

/**
 * The folder of what the agent keeps in this boot. Everybody may pass through it, to reports that are nobody's secret; only root can
 * see what else is in it.
 */
export const runFolder = { path: '/run/gandi', mode: 0o711 } as const;

/** The stage that makes this file announces the end of the boot's work: stages may end at the same time, and later ones are run by hand. */
export const bootEndedPath = `${runFolder.path}/boot-ended`;

/** Makes it, or gives the one that is there its mode. */
export async function makeRunFolder({ files }: Pick<System, 'files'>): Promise<void> {
  await files.makeDirectory(runFolder.path, runFolder.mode);
}
