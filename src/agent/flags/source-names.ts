/**
 * Where a configuration may come from, in order of preference; CONFIG_SOURCE names a single one. Two at once: the first
 * wins, and the journal says so. To add one: a name here, a row in sources/drives.ts.
 */
export const sourceNames = ['swap-payload', 'config-drive', 'nocloud'] as const;

export type SourceName = (typeof sourceNames)[number];
