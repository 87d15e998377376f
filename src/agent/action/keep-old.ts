import { dirname } from 'node:path';
import type { System } from '../../core/system/system.ts';

/**
 * Copies a file to a folder of our own before it is replaced. Beside the file it would be read by the one who reads the
 * whole folder, as ifupdown does with interfaces.d. The date is that of the file's last change: a run that was cut off
 * and starts again makes the same copy.
 */
export async function keepOld(path: string, system: System): Promise<void> {
  const { files } = system;
  const status = await files.status(path);
  const content = status?.type === 'file' ? await files.readBytes(path) : undefined;
  if (status === undefined || content === undefined) return;
  const date = status.modified.toISOString().slice(0, 19).replaceAll(':', '-');
  const copy = `/var/lib/gandi/replaced${path}.${date}`;
  await files.makeDirectory('/var/lib/gandi', 0o700);
  await files.makeDirectory(dirname(copy), 0o700);
  await files.replace(copy, content, { mode: 0o600 });
  system.journal.info(`${path} is replaced; what it was is kept as ${copy}`);
}
