import { once } from 'node:events';
import { connectWhenThere } from '../lab/socket.ts';

const leave = 0x1d;

/** Connects this terminal to the root console of a guest until Ctrl-] is typed or the guest ends. */
export async function enterConsole(path: string): Promise<void> {
  const socket = await connectWhenThere(path, AbortSignal.timeout(5000));
  socket.pipe(process.stdout);
  process.stdin.setRawMode?.(true);
  process.stdin.on('data', (keys: Buffer) => {
    if (keys.includes(leave)) socket.destroy();
    else socket.write(keys);
  });
  // A person who enters wants to see a prompt at once.
  socket.write('\r');
  try {
    await once(socket, 'close');
  } finally {
    process.stdin.setRawMode?.(false);
    process.stdout.write('\n');
  }
}
