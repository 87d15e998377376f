import { AgentError, ExitCode } from '../../core/error/agent-error.ts';
import type { System } from '../../core/system/system.ts';

/** os-release(5), where a distribution puts it. */
const marks = ['/etc/os-release', '/usr/lib/os-release'];

/**
 * Refuses a folder that holds no system: a mistyped one would be cleaned or configured with success, and the image beside it shipped as
 * it is.
 * @throws AgentError `tree.no-system`
 */
export async function requireSystem({ files, root }: Pick<System, 'files' | 'root'>): Promise<void> {
  for (const path of marks) if ((await files.status(path)) !== undefined) return;
  throw new AgentError('there is no system below it: it has neither etc/os-release nor usr/lib/os-release', {
    code: 'tree.no-system',
    subject: root,
    remedy: 'give the folder where the root of the system is mounted',
    exitCode: ExitCode.badUsage,
  });
}

/**
 * Refuses a tree that is not there: a mistyped folder would be made, and filled with success. What has to be in it is not asked:
 * simple-init is run on trees that hold nothing yet.
 * @throws AgentError `tree.no-folder`
 */
export async function requireFolder({ files, root }: Pick<System, 'files' | 'root'>): Promise<void> {
  if ((await files.targetStatus('/'))?.type === 'directory') return;
  throw new AgentError('there is no such folder', {
    code: 'tree.no-folder',
    subject: root,
    remedy: 'give the folder where the root of the system is mounted',
    exitCode: ExitCode.badUsage,
  });
}
