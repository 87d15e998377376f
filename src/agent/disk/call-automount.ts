import { setTimeout } from 'node:timers/promises';
import { AgentError } from '../../core/error/agent-error.ts';
import { observeMounts } from '../../core/block-device/mounts.ts';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Enters the folder of a disk that autofs mounts on demand, so that it is mounted now. */
export interface CallAutomount {
  readonly kind: 'call-automount';
  readonly mountPoint: string;
}

export const callAutomountKind: ActionKind<CallAutomount> = {
  kind: 'call-automount',
  describe: (action) => `have autofs mount ${action.mountPoint}`,
  apply: callAutomount,
};

const mountTimeoutSeconds = 30;
// automount answers from memory for a second (--negative-timeout of our map) that there is no such disk.
const attempts = 3;
const pauseMilliseconds = 1000;

/** Enters the folder by a process of its own: a disk that hangs keeps it, and not the agent. @throws AgentError `automount.not-mounted` */
async function callAutomount({ mountPoint }: CallAutomount, system: System): Promise<void> {
  let said = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await setTimeout(pauseMilliseconds);
    said = await enter(mountPoint, system);
    if ((await observeMounts(system)).some((mount) => mount.mountPoint === mountPoint)) return;
  }
  throw new AgentError('autofs did not mount it', {
    code: 'automount.not-mounted',
    subject: mountPoint,
    remedy: 'see `journalctl -u autofs`, and run `/etc/auto.gandi NAME` with the name of the folder',
    cause: said || undefined,
  });
}

/** @returns what stat(1) complains about */
async function enter(mountPoint: string, system: System): Promise<string> {
  const { stderr } = await system.processes.run('stat', ['--format=%d', '--', `${mountPoint}/.`], {
    timeoutSeconds: mountTimeoutSeconds,
    acceptExitCodes: [1],
  });
  return stderr.trim();
}
