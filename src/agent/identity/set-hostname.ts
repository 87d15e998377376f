import { liveHostnamePath } from './live-hostname.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';
import { writeAttribute } from '../../core/system/write-attribute.ts';
import type { ActionKind } from '../action/kind.ts';

/** Sets the running kernel's host name; the file is a `write-file` of its own. Does nothing on a tree that is not running. */
export interface SetHostname {
  readonly kind: 'set-hostname';
  readonly hostname: string;
}

export const setHostnameKind: ActionKind<SetHostname> = {
  kind: 'set-hostname',
  isLiveOnly: () => true,
  describe: (action) => `set host name ${action.hostname}`,
  apply: setHostname,
};

/** The kernel's own name; the file is a `write-file` of its own. Nothing to do on a tree that is not running. */
async function setHostname(action: SetHostname, system: System): Promise<void> {
  if (!isRunningMachine(system)) return;
  await writeAttribute(system, liveHostnamePath, action.hostname);
}
