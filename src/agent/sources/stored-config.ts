import type { System } from '../../core/system/system.ts';
import type { Flags } from '../flags/flag-table.ts';
import { parseGandiConfig } from '../machine-config/gandi-schema.ts';
import type { ParsedConfig } from '../machine-config/parsed-config.ts';
import type { SourceName } from '../flags/source-names.ts';
import { appliedRecordPath } from '../swap-disk/applied-record.ts';
import { parseDriveRecord, readDriveRecord } from './drive-record.ts';

export const payloadPath = '/gandi/config';

/** The configuration that the machine keeps. */
export interface StoredConfig extends ParsedConfig {
  readonly source: SourceName;
  /** What the text is, for errors. */
  readonly subject: string;
  /** The agent applied it: else it is a file that somebody, or the old agent, put there. */
  readonly isApplied: boolean;
}

/**
 * What the machine keeps of its newest configuration, whatever its source: a payload comes before a drive, as at boot.
 * @returns undefined on a machine that never got one
 * @throws AgentError `config.invalid` for a payload's text that cannot be read at all
 */
export async function readStoredConfig(system: System, flags: Flags): Promise<StoredConfig | undefined> {
  const isPayload = flags.CONFIG_SOURCE === 'auto' || flags.CONFIG_SOURCE === 'swap-payload';
  const text = isPayload ? await system.files.read(payloadPath) : undefined;
  if (text !== undefined) {
    const isApplied = (await system.files.status(appliedRecordPath)) !== undefined;
    const parsed = parseGandiConfig(text, payloadPath);
    return { ...parsed, source: 'swap-payload', subject: payloadPath, isApplied };
  }
  const record = flags.CONFIG_SOURCE === 'swap-payload' ? undefined : await readDriveRecord(system);
  const parsed = record === undefined ? undefined : await parseDriveRecord(record);
  if (record === undefined || parsed === undefined) return undefined;
  return { ...parsed, source: record.source, subject: record.source, isApplied: true };
}
