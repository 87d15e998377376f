import type { UnmountDisk } from '../action.ts';
import { AgentError } from '../agent-error.ts';
import type { System } from '../system/system.ts';

const unmountTimeoutSeconds = 10;

/**
 * Unmounts plainly; where the device is gone and programs still hold its files, detaches the mount from the tree, so
 * that nobody new writes into the void. @throws AgentError `process.*`
 */
export async function unmountDisk({ mountPoint, lazy }: UnmountDisk, system: System): Promise<void> {
  const unmount = (...options: string[]) =>
    system.processes.run('umount', [...options, '--', mountPoint], { timeoutSeconds: unmountTimeoutSeconds });
  if (!lazy) {
    await unmount();
    return;
  }
  try {
    await unmount();
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    await unmount('--lazy');
  }
}
