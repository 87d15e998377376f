import { constants } from 'node:fs';
import type { System } from './system.ts';

/**
 * Writes a value to a file of sysfs or /proc, in one write(2), as the kernel takes it. Nothing is made where it is missing.
 * @throws Error with the kernel's code
 */
export async function writeAttribute({ files }: Pick<System, 'files'>, path: string, value: string): Promise<void> {
  await using handle = await files.open(path, constants.O_WRONLY);
  await handle.write(value);
}
