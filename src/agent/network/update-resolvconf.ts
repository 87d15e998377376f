import type { UpdateResolvconf } from '../action/action.ts';
import { isRunningMachine, type System } from '../../core/system/system.ts';

/** resolvconf(8), -u; at boot, before resolvconf was started, it has nothing to do and does it later by itself. */
export async function updateResolvconf(_: UpdateResolvconf, system: System): Promise<void> {
  if (isRunningMachine(system)) await system.processes.run('resolvconf', ['-u']);
}
