import { createHash } from 'node:crypto';
import type { Files } from '../../core/system/files.ts';
import type { ParsedConfig } from '../machine-config/parsed-config.ts';

/** Texts of the files of a drive that say something, by their path on it. */
export type DriveTexts = ReadonlyMap<string, string>;

/** What a drive says: a configuration, and the customer's own script. */
export interface DriveConfig extends ParsedConfig {
  readonly script: string | null;
}

/** How the files of a drive are read. */
export interface DriveReader {
  /** Files that it may hold. */
  readonly paths: readonly string[];
  /** Pure: reads the texts part by part. */
  readonly parse: (texts: DriveTexts) => DriveConfig;
}

/** A kind of volume that a platform attaches to say what a machine is to be. */
export interface DriveSource {
  readonly name: 'config-drive' | 'nocloud';
  /** Labels of its volume, as udev and blkid name them. */
  readonly labels: readonly string[];
  /** Loads the reader when a drive is there: few machines have one. */
  readonly load: () => Promise<DriveReader>;
}

// A drive may hold anything: what is longer is none of its files.
const maximalBytes = 1024 * 1024;

/**
 * Reads the files of a drive below the folder where it is mounted.
 * @returns the texts, and a sentence for each file that could not be taken
 */
export async function readDriveTexts(
  files: Files,
  folder: string,
  paths: readonly string[],
): Promise<{ readonly texts: DriveTexts; readonly refused: readonly string[] }> {
  const texts = new Map<string, string>();
  const refused: string[] = [];
  for (const path of paths) {
    const status = await files.status(`${folder}/${path}`);
    if (status === undefined) continue;
    const isReadable = status.type === 'file' && status.size <= maximalBytes;
    if (isReadable) texts.set(path, (await files.read(`${folder}/${path}`)) ?? '');
    else refused.push(`${path}: is not a file of ${maximalBytes} bytes at most and was left out`);
  }
  return { texts, refused };
}

/** sha256 in hex of all texts together: another one means that the platform says something new. */
export function digestOfTexts(texts: DriveTexts): string {
  return createHash('sha256')
    .update(JSON.stringify([...texts]))
    .digest('hex');
}
