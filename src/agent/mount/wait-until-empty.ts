import { watch } from 'chokidar';
import { spoolFolder } from '../event/spool.ts';
import type { System } from '../../core/system/system.ts';

/** Only disks are waited for: a NIC may wait for a network that has no answer. Entries are named `<SEQNUM>-<handler>`. */
export function isOfDisk(entry: string): boolean {
  return !/-(?:nic|cpu|port|config-drive)$/.test(entry);
}

/** Returns once every event of a disk was acted on, or when the time is over. */
export async function waitUntilDisksAreDone(system: System, seconds: number): Promise<void> {
  const isDone = async () => !(await system.files.list(spoolFolder)).some(isOfDisk);
  if (await isDone()) return;
  const watcher = watch(await system.files.hostPath(spoolFolder), { depth: 0 });
  const empty = new Promise<void>((resolve, reject) => {
    const check = () => isDone().then((done) => done && resolve(), reject);
    watcher.on('ready', check).on('unlink', check);
  });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, seconds) * 1000);
  });
  try {
    await Promise.race([empty, deadline]);
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
