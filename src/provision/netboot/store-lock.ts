import { AgentError } from '../../core/error/agent-error.ts';
import type { HeldProcess, Processes } from '../../core/system/processes.ts';

/**
 * Keeps every other import away from a TFTP root, by flock(1) on the folder itself: no file of a lock is left in it.
 * @throws AgentError `netboot.locked`
 */
export async function lockStore(processes: Processes, tftpRoot: string): Promise<HeldProcess> {
  const lock = await processes.hold('flock', ['--exclusive', '--nonblock', tftpRoot, 'cat']);
  if (lock !== undefined) return lock;
  throw new AgentError('cannot lock it: another import works on it', {
    code: 'netboot.locked',
    subject: tftpRoot,
    remedy: 'wait until that has ended; `lslocks` shows it',
  });
}
