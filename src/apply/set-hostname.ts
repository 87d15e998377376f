import { constants } from 'node:fs';
import type { SetHostname } from '../action.ts';
import { isRunningMachine, type System } from '../system/system.ts';

/** proc(5): writing kernel/hostname is sethostname(2). */
export const liveHostnamePath = '/proc/sys/kernel/hostname';

export async function setHostname(action: SetHostname, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  const file = await system.files.open(liveHostnamePath, constants.O_WRONLY);
  try {
    await file.write(action.hostname);
  } finally {
    await file.close();
  }
}
