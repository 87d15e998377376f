import { execFileSync } from 'node:child_process';

const emptyFolders = 'mount -t tmpfs -o mode=0755 none /run; mount -t tmpfs -o mode=0755 none /var/lib; exec "$@"';

/** Runs a program of TypeScript in a mount namespace of its own, with an empty /run and /var/lib; returns what it printed. */
export function runInNamespace(program: string, args: readonly string[]): string {
  const namespace = ['--mount', '--propagation', 'private', '--', 'sh', '-euc', emptyFolders, 'sh'];
  return execFileSync('unshare', [...namespace, process.execPath, program, ...args], { encoding: 'utf8' });
}
