import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connectWhenThere } from './socket.ts';

/** The host side of a disk, which can hang. */
export interface NbdServer {
  /** Path of its socket, for `AttachedDisk.nbdSocket`. */
  readonly socket: string;
  /** Leaves every request without an answer, as a host does whose storage hangs. */
  hang(): void;
  wake(): void;
  stop(): Promise<void>;
}

/** Serves a raw image by qemu-nbd(8). */
export async function serveByNbd(image: string, socket: string): Promise<NbdServer> {
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'SIGKILL', 'qemu-nbd', '--format=raw', '--persistent', '--shared=4', `--socket=${socket}`, image],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  (await connectWhenThere(socket, AbortSignal.timeout(10_000))).destroy();
  return {
    socket,
    hang: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    stop: async () => {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
