import { isRunningMachine, type System } from '../../core/system/system.ts';

/**
 * Gives files the SELinux contexts that the policy has for their path, restorecon(8): sshd may not read keys that carry
 * another one. Where SELinux is not loaded there is nothing to do; selinux(8): its file system is at /sys/fs/selinux.
 */
export async function restoreContexts(system: System, path: string): Promise<void> {
  if (!isRunningMachine(system)) return;
  if ((await system.files.status('/sys/fs/selinux/enforce')) === undefined) return;
  await system.processes.run('restorecon', ['-R', '--', path]);
}
