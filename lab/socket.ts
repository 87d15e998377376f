import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Connects to a socket of QEMU, which announces by no event that it listens. */
export async function connectWhenThere(path: string, signal: AbortSignal): Promise<Socket> {
  while (true) {
    const socket = createConnection(path);
    try {
      await once(socket, 'connect', { signal });
      return socket;
    } catch (error) {
      socket.destroy();
      signal.throwIfAborted();
      if (!isNotThereYet(error)) throw error;
      await pause(20, undefined, { signal });
    }
  }
}

/** Calls `onLine` with every line of text that a socket delivers. */
export function readLines(socket: Socket, onLine: (line: string) => void): void {
  let parts: string[] = [];
  socket.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n');
    parts.push(first);
    for (const next of others) {
      onLine(parts.join(''));
      parts = [next];
    }
  });
}

function isNotThereYet(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ECONNREFUSED'].includes(String(error.code));
}
