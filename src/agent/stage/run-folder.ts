import type { System } from '../../core/system/system.ts';

/**
 * Makes the folder of what the agent keeps in this boot. Everybody may pass through it, to reports that are nobody's secret; only
 * root can see what else is in it.
 */
export async function makeRunFolder({ files }: Pick<System, 'files'>): Promise<void> {
  await files.makeDirectory('/run/gandi', 0o711);
}
