import { isRunningMachine, type System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Has resolvconf(8) make its file again. Does nothing on a tree that is not running. */
export interface UpdateResolvconf {
  readonly kind: 'update-resolvconf';
}

export const updateResolvconfKind: ActionKind<UpdateResolvconf> = {
  kind: 'update-resolvconf',
  describe: () => 'have resolvconf make its file again',
  apply: updateResolvconf,
};

/** resolvconf(8), -u; at boot, before resolvconf was started, it has nothing to do and does it later by itself. */
async function updateResolvconf(_: UpdateResolvconf, system: System): Promise<void> {
  if (isRunningMachine(system)) await system.processes.run('resolvconf', ['-u']);
}
