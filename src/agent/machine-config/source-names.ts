/**
 * Where a configuration may come from, in order of preference; CONFIG_SOURCE names one alone. Two at once: the first
 * wins, and the journal says so. To add one: a name here, a reader in sources/, a part in bootstrap/parts.ts.
 */
export const sourceNames = ['swap-payload', 'config-drive'] as const;

export type SourceName = (typeof sourceNames)[number];
