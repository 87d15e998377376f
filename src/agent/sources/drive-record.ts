import { z } from 'zod';
import { Secret } from '../../core/secret/secret.ts';
import type { System } from '../../core/system/system.ts';
import { driveSource } from './drives.ts';
import type { DriveConfig, DriveTexts } from './drive-source.ts';

export const driveRecordPath = '/var/lib/gandi/drive.json';

/** The drive that was applied last, with its texts: later stages and events read these, and not the drive. */
export interface DriveRecord {
  readonly source: 'config-drive' | 'nocloud';
  readonly digest: string;
  readonly texts: DriveTexts;
}

const schema = z.object({
  version: z.literal(1),
  source: z.enum(['config-drive', 'nocloud']),
  digest: z.string(),
  texts: z.record(z.string(), z.string()),
});

/** @returns undefined if no drive was applied, or if the record cannot be read */
export async function readDriveRecord({ files }: System): Promise<DriveRecord | undefined> {
  const text = await files.read(driveRecordPath);
  try {
    if (text === undefined) return undefined;
    const { source, digest, texts } = schema.parse(JSON.parse(text));
    return { source, digest, texts: new Map(Object.entries(texts)) };
  } catch {
    // It still says that a drive was applied (isDriveRecorded), and no drive is taken for that one.
    return undefined;
  }
}

/** Whether any drive was ever applied here, also by a record that cannot be read. */
export async function isDriveRecorded({ files }: System): Promise<boolean> {
  return (await files.status(driveRecordPath)) !== undefined;
}

/** What the recorded drive says. */
export async function parseDriveRecord({ source, texts }: DriveRecord): Promise<DriveConfig | undefined> {
  const reader = await driveSource(source)?.load();
  return reader?.parse(texts);
}

/** There may be a password hash in it. */
export function renderDriveRecord({ source, digest, texts }: DriveRecord): Secret {
  return new Secret(`${JSON.stringify({ version: 1, source, digest, texts: Object.fromEntries(texts) })}\n`);
}
