import type { LoadKernelSettings } from '../action.ts';
import { isRunningMachine, type System } from '../system/system.ts';

/** systemd-sysctl(8) without a file's name loads all of sysctl.d(5) in order, so that the admin's own files win. */
export async function loadKernelSettings(_action: LoadKernelSettings, system: System): Promise<void> {
  if (isRunningMachine(system)) await system.processes.run('/usr/lib/systemd/systemd-sysctl', []);
}
