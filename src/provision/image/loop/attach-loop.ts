import { constants } from 'node:fs';
import type { System } from '../../../core/system/system.ts';

/** A loop device that goes when it is released, and with the process that has it. */
export interface AttachedLoop {
  readonly device: string;
  release(): Promise<void>;
}

/**
 * Attaches a file to a free loop device; losetup(8): one that is open is detached when it is closed.
 * @param words the file, with options of losetup in front
 */
export async function attachLoop(words: readonly string[], { files, processes }: System): Promise<AttachedLoop> {
  const { stdout } = await processes.run('losetup', ['--find', '--show', ...words]);
  const device = stdout.trim();
  await using opened = new AsyncDisposableStack();
  opened.use(await files.open(device, constants.O_RDONLY));
  await processes.run('losetup', ['--detach', device]);
  const kept = opened.move();
  return { device, release: () => kept.disposeAsync() };
}
