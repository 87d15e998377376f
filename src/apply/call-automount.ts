import type { CallAutomount } from '../action.ts';
import { AgentError } from '../agent-error.ts';
import { observeMounts } from '../facts/mounts.ts';
import type { System } from '../system/system.ts';

const mountTimeoutSeconds = 30;

/** Enters the folder by a process of its own, as a disk that hangs would keep whoever does. @throws AgentError `automount.not-mounted` */
export async function callAutomount({ mountPoint }: CallAutomount, system: System): Promise<void> {
  const entry = ['--format=%d', '--', `${mountPoint}/.`];
  const { stderr } = await system.processes.run('stat', entry, {
    timeoutSeconds: mountTimeoutSeconds,
    acceptExitCodes: [1],
  });
  if ((await observeMounts(system)).some((mount) => mount.mountPoint === mountPoint)) return;
  throw new AgentError('autofs did not mount it', {
    code: 'automount.not-mounted',
    subject: mountPoint,
    remedy: 'see `journalctl -u autofs`, and run `/etc/auto.gandi NAME` with the name of the folder',
    cause: stderr.trim() || undefined,
  });
}
