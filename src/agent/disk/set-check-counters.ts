import type { SetCheckCounters } from '../action/action.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

/** tune2fs(8): safe on a mounted file system, as it changes two numbers of the superblock through the kernel's own buffer. */
export async function setCheckCounters(action: SetCheckCounters, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  const { device, mounts, months } = action;
  await system.processes.run('tune2fs', ['-c', String(mounts), '-i', `${months}m`, device]);
}
