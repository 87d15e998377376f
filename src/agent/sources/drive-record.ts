import { z } from 'zod';
import type { System } from '../../core/system/system.ts';

export const driveRecordPath = '/var/lib/gandi/config-drive.json';

const schema = z.object({ version: z.literal(1), digest: z.string() });

/** Digest of the config-drive that was applied last; undefined if none was, or if the record cannot be read. */
export async function readDriveRecord({ files }: System): Promise<string | undefined> {
  const text = await files.read(driveRecordPath);
  try {
    return text === undefined ? undefined : schema.parse(JSON.parse(text)).digest;
  } catch {
    // Applying a drive again only writes what differs, so a damaged record costs nothing.
    return undefined;
  }
}

export function renderDriveRecord(digest: string): string {
  return `${JSON.stringify({ version: 1, digest })}\n`;
}
