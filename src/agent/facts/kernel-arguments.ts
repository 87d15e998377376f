import { isRunningMachine, type System } from '../../core/system/system.ts';

/** What the boot loader passed to the kernel; empty on a tree that is not running. */
export async function observeKernelArguments(system: System): Promise<string> {
  return isRunningMachine(system) ? ((await system.files.read('/proc/cmdline')) ?? '').trim() : '';
}
