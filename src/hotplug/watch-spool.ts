import { watch } from 'chokidar';
import type { System } from '../system/system.ts';
import { spoolFolder } from './spool.ts';

export interface SpoolWatch {
  /** Resolves once something was put into the spool since the last time this was asked. */
  changed(): Promise<void>;
  /** The same, given up after some seconds; false if nothing came. */
  changedWithin(seconds: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Watches the spool. Returns before the watch is set up, as the first disk must not wait for that, and reports a
 * change once it is: whoever reads the spool then misses nothing.
 */
export async function watchSpool(system: System): Promise<SpoolWatch> {
  await system.files.makeDirectory('/run/gandi', 0o700);
  await system.files.makeDirectory(spoolFolder, 0o700);
  const watcher = watch(await system.files.hostPath(spoolFolder), { ignoreInitial: true, depth: 0 });
  let hasChanged = false;
  let wake: (() => void) | undefined;
  const report = () => {
    hasChanged = true;
    wake?.();
  };
  watcher.on('ready', report).on('add', report);
  const changed = async () => {
    if (!hasChanged) await new Promise<void>((resolve) => (wake = resolve));
    hasChanged = false;
  };
  return {
    changed,
    changedWithin: async (seconds) => {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), seconds * 1000);
      });
      try {
        return await Promise.race([changed().then(() => true), tooLate]);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => watcher.close(),
  };
}
