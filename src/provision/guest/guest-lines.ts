import type { Socket } from 'node:net';
import { AgentError } from '../../core/error/agent-error.ts';
import { connectWhenThere, readLines } from '../../core/system/line-socket.ts';

const secondsToConnect = 10;

// A guest belongs to somebody else: it may write what it likes, and without end.
const longestLine = 1024 * 1024;
const mostLines = 1000;

/** The host's end of a guest's port. */
export interface GuestLines {
  /** The first line, of those not taken yet, of which something is made. @throws AgentError `guest.silent` */
  first<T>(make: (line: string) => T | undefined, seconds: number): Promise<T>;
  say(line: string): void;
  close(): void;
}

/** Connects to the socket that a guest's port ends in, and listens from then on. @throws AgentError `guest.no-port` */
export async function openGuestLines(path: string): Promise<GuestLines> {
  const socket = await connect(path);
  const heard: string[] = [];
  let wake = Promise.withResolvers<void>();
  const hear = (line: string) => {
    if (heard.push(line) > mostLines) heard.shift();
    wake.resolve();
    wake = Promise.withResolvers();
  };
  readLines(socket, hear, longestLine);
  socket.on('error', () => undefined);
  const first = async <T>(make: (line: string) => T | undefined, seconds: number) => {
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), seconds * 1000);
    try {
      for (;;) {
        const next = wake.promise;
        for (let line = heard.shift(); line !== undefined; line = heard.shift()) {
          const made = make(line);
          if (made !== undefined) return made;
        }
        if ((await Promise.race([next, late.promise])) === 'late') throw silent(path, seconds);
      }
    } finally {
      clearTimeout(timer);
    }
  };
  return { first, say: (line) => void socket.write(`${line}\n`), close: () => void socket.destroy() };
}

async function connect(path: string): Promise<Socket> {
  return connectWhenThere(path, AbortSignal.timeout(secondsToConnect * 1000)).catch((cause: unknown) => {
    throw new AgentError("nobody listens at the guest's port", {
      code: 'guest.no-port',
      subject: path,
      remedy: 'give the guest a virtserialport named org.gandi.agent.0 whose chardev is a socket with server=on',
      cause,
    });
  });
}

function silent(path: string, seconds: number): AgentError {
  return new AgentError(`the guest says nothing within ${seconds} s`, {
    code: 'guest.silent',
    subject: path,
    remedy: 'see `gandi-agent status` and CONFIG_HOST_PORT in the guest',
  });
}
