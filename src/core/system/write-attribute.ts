import { constants } from 'node:fs';
import type { System } from './system.ts';

/**
 * Writes a value to a file of sysfs or /proc, in one write(2), as the kernel takes it. Nothing is made where it is missing.
 * @throws Error with the kernel's code
 */
export async function writeAttribute({ files }: Pick<System, 'files'>, path: string, value: string): Promise<void> {
  const handle = await files.open(path, constants.O_WRONLY);
  try {
    await handle.write(value);
  } finally {
    await handle.close();
  }
}
