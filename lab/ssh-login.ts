import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { execa } from 'execa';
import type { Guest } from './guest.ts';

/** Makes a key pair without a passphrase. @returns the line of authorized_keys */
export async function makeSshKey(path: string): Promise<string> {
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', path]);
  const { stdout } = await execa('ssh-keygen', ['-y', '-f', path]);
  return stdout.trim();
}

/**
 * Logs in to a guest as its owner would, from this host by its first NIC, and runs a command there.
 * @param address that the guest has in the network of that NIC
 * @returns what the command printed
 */
export async function sshLogin(guest: Guest, address: string, key: string, command: string): Promise<string> {
  const port = await freePort();
  // Ports that are forwarded are not restricted (qemu(1), restrict).
  const forward = `hostfwd_add net0 tcp:127.0.0.1:${port}-${address}:22`;
  const refused = await guest.qmp.execute('human-monitor-command', { 'command-line': forward });
  if (refused !== '') throw new Error(`${forward}: ${refused}`);
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=60'];
  const flags = options.flatMap((option) => ['-o', option]);
  const target = ['-i', key, '-p', String(port), 'root@127.0.0.1'];
  const { stdout } = await execa('ssh', ['-F', 'none', ...flags, ...target, command], { timeout: 90_000 });
  return stdout;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
