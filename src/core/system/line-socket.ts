import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from '../error/error-code.ts';

/**
 * Connects to a socket of this machine, also one that nobody listens at yet: QEMU announces by no event that it does.
 * @throws the signal's reason once the time is over, and the error of connect(2) for a socket that is not one's own
 */
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

/**
 * Calls `onLine` with every line of text that a socket delivers.
 * @param longestLine in characters; a longer one ends the connection, as nobody who is trusted writes it
 */
export function readLines(socket: Socket, onLine: (line: string) => void, longestLine = Number.MAX_SAFE_INTEGER): void {
  let parts: string[] = [];
  let length = 0;
  socket.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n');
    parts.push(first);
    length += first.length;
    for (const next of others) {
      onLine(parts.join(''));
      parts = [next];
      length = next.length;
    }
    if (length > longestLine) socket.destroy();
  });
}

function isNotThereYet(error: unknown): boolean {
  return ['ENOENT', 'ECONNREFUSED'].includes(errorCode(error));
}
