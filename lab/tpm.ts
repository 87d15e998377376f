import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connectWhenThere } from './socket.ts';

/**
 * A TPM 2.0 of its own for one guest, by swtpm(8), which keeps its secrets over restarts of the guest and ends with the test.
 * @param folder for its state and its socket
 * @returns path of the socket, for `Hardware.tpmSocket`
 */
export async function startTpm(folder: string): Promise<string> {
  const state = join(folder, 'tpm');
  await mkdir(state, { recursive: true });
  const socket = join(state, 'control.sock');
  const words = ['socket', '--tpm2', '--tpmstate', `dir=${state}`, '--ctrl', `type=unixio,path=${socket}`];
  let isWanted = true;
  // QEMU shuts it down when it ends itself: a guest that restarts finds it again.
  const run = () => {
    const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', 'swtpm', ...words], { stdio: 'ignore' });
    child.once('exit', () => {
      if (isWanted) current = run();
    });
    return child;
  };
  let current = run();
  onTestFinished(async () => {
    isWanted = false;
    const ended = once(current, 'exit');
    current.kill('SIGTERM');
    await ended;
  });
  (await connectWhenThere(socket, AbortSignal.timeout(10_000))).destroy();
  return socket;
}
