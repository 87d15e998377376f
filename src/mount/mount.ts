import { watch } from 'chokidar';
import { AgentError } from '../agent-error.ts';
import { spoolFolder } from '../hotplug/spool.ts';
import type { System } from '../system/system.ts';

const defaultDeadlineSeconds = 120;

/**
 * Has udev report every block device once more, as if it were attached now, and waits until all were handled. So
 * a disk that was there before the agent, or whose event was lost with a restart of udevd, is mounted all the same.
 * @throws AgentError `mount.not-finished` naming the entries that still wait
 */
export async function mount(system: System, deadlineSeconds = defaultDeadlineSeconds): Promise<void> {
  await system.processes.run('udevadm', ['trigger', '--action=add', '--subsystem-match=block']);
  await system.processes.run('udevadm', ['settle', '--timeout=60'], { timeoutSeconds: 70 });
  const waiting = await waitUntilEmpty(system, deadlineSeconds);
  if (waiting.length === 0) return;
  throw new AgentError(`${waiting.length} events were not handled within ${deadlineSeconds} s`, {
    code: 'mount.not-finished',
    subject: waiting.join(', '),
    remedy: 'see `journalctl -u gandi-hotplug.service` for the disk that hangs',
  });
}

/** Disks alone are waited for: a NIC may wait for a network that has no answer. Entries are named `<SEQNUM>-<handler>`. */
async function waitingDisks({ files }: System): Promise<string[]> {
  return (await files.list(spoolFolder)).filter((entry) => !/-(?:nic|cpu|config-drive)$/.test(entry));
}

/** @returns what is still in the spool when the time is over */
async function waitUntilEmpty(system: System, seconds: number): Promise<string[]> {
  const watcher = watch(await system.files.hostPath(spoolFolder), { depth: 0 });
  const empty = new Promise<void>((resolve, reject) => {
    const check = () => waitingDisks(system).then((entries) => entries.length === 0 && resolve(), reject);
    watcher.on('ready', check).on('unlink', check);
  });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000);
  });
  try {
    await Promise.race([empty, deadline]);
    return await waitingDisks(system);
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
