import { z } from 'zod';

/** What is known of one file of the store. */
const fileRecord = z.object({
  name: z.string(),
  url: z.string(),
  size: z.number(),
  sha256: z.string(),
  entityTag: z.string().optional(),
  modified: z.string().optional(),
  /** Time of the file in the store, in milliseconds: one that was changed since has another. */
  written: z.number(),
});

/** How far the content was checked before it was put in place: not at all, by the archive's sums, or by signed sums. */
export const checks = ['nothing', 'sums', 'signature'] as const;

const versionRecord = z.object({
  imported: z.iso.datetime(),
  checked: z.enum(checks),
  files: z.array(fileRecord),
});

export type FileRecord = Readonly<z.infer<typeof fileRecord>>;
export type VersionRecord = Readonly<z.infer<typeof versionRecord>>;
export type Check = (typeof checks)[number];

/** @returns undefined for a text that is not a record: the files count as unknown, and are fetched again */
export function parseRecord(text: string | undefined): VersionRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return versionRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function renderRecord(record: VersionRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}
