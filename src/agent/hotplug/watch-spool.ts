import { type FSWatcher, watch } from 'chokidar';
import type { System } from '../../core/system/system.ts';
import { spoolFolder } from '../event/spool.ts';

// Setting the watch up takes processor time that the first disk needs (0.1 s of its 2.4 s in an emulated guest).
const startAfterMilliseconds = 1000;

export interface SpoolWatch {
  /** Resolves once something was put into the spool since the last time this was asked. */
  changed(): Promise<void>;
  /** The same, given up after some seconds; false if nothing came. */
  changedWithin(seconds: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Watches the spool, from a second later on or from when there is nothing to do but wait. It reports a change once the
 * watch is set up: whoever reads the spool then misses nothing.
 */
export async function watchSpool(system: System): Promise<SpoolWatch> {
  // gandi-hotplug.path has made it where it started us.
  if ((await system.files.status(spoolFolder))?.type !== 'directory') {
    await system.files.makeDirectory('/run/gandi', 0o700);
    await system.files.makeDirectory(spoolFolder, 0o700);
  }
  const folder = await system.files.hostPath(spoolFolder);
  let watcher: FSWatcher | undefined;
  let hasChanged = false;
  let wake: (() => void) | undefined;
  const report = () => {
    hasChanged = true;
    wake?.();
  };
  const start = () => {
    watcher ??= watch(folder, { ignoreInitial: true, depth: 0 }).on('ready', report).on('add', report);
  };
  const timer = setTimeout(start, startAfterMilliseconds);
  const changed = async () => {
    if (!hasChanged) await new Promise<void>((resolve) => (wake = resolve));
    hasChanged = false;
  };
  return {
    changed,
    changedWithin: (seconds) => {
      start();
      return isInTime(changed(), seconds);
    },
    close: async () => {
      clearTimeout(timer);
      await watcher?.close();
    },
  };
}

async function isInTime(change: Promise<void>, seconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), seconds * 1000);
  });
  try {
    return await Promise.race([change.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
