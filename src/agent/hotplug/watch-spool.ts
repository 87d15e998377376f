import { type FSWatcher, watch } from 'chokidar';
import type { System } from '../../core/system/system.ts';
import { News } from './news.ts';
import { spoolFolder } from '../event/spool.ts';
import { makeRunFolder } from '../stage/run-folder.ts';

// Setting the watch up takes processor time that the first disk needs (0.1 s of its 2.4 s in an emulated guest).
const startAfterMilliseconds = 1000;

export interface SpoolWatch {
  /** To be asked before each look at the spool: resolves once something was put into it after that. */
  change(): Promise<void>;
  /** Waits for a change; false if it does not come within some seconds. */
  isInTime(change: Promise<void>, seconds: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Watches the spool, from a second later on or from when there is nothing to do but wait. It reports a change once the
 * watch is set up: the one who reads the spool then misses nothing.
 */
export async function watchSpool(system: System): Promise<SpoolWatch> {
  // gandi-hotplug.path has made it where it started us.
  if ((await system.files.status(spoolFolder))?.type !== 'directory') {
    await makeRunFolder(system);
    await system.files.makeDirectory(spoolFolder, 0o700);
  }
  const folder = await system.files.hostPath(spoolFolder);
  let watcher: FSWatcher | undefined;
  const news = new News();
  const report = () => news.tell();
  const start = () => {
    watcher ??= watch(folder, { ignoreInitial: true, depth: 0 }).on('ready', report).on('add', report);
  };
  const timer = setTimeout(start, startAfterMilliseconds);
  return {
    change: () => news.next(),
    isInTime: (change, seconds) => {
      start();
      return isInTime(change, seconds);
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
