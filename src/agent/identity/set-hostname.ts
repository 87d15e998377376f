import { constants } from 'node:fs';
import type { SetHostname } from '../action/action.ts';
import { liveHostnamePath } from './live-hostname.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

/** The kernel's own name; the file is a `write-file` of its own. Nothing to do on a tree that is not running. */
export async function setHostname(action: SetHostname, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  const file = await system.files.open(liveHostnamePath, constants.O_WRONLY);
  try {
    await file.write(action.hostname);
  } finally {
    await file.close();
  }
}
