import type { Socket } from 'node:net';
import { join } from 'node:path';
import { unplugDevice } from './guest-nic.ts';
import type { Pluggable } from './pluggable.ts';
import { connectWhenThere, readLines } from './socket.ts';

/** A virtio-serial port of a guest and the host's end of it: what a platform is told on it, and what it asks. */
export interface GuestPort extends Pluggable {
  /** Every line so far that the guest wrote, oldest first. */
  readonly lines: readonly string[];
  /** The line with this number, from 0, once it is there. @throws Error if it does not come in time */
  line(index: number, seconds?: number): Promise<string>;
  /** Says one line to the guest. */
  say(line: string): void;
  /** Lets go of the port's socket, to which another program may connect then. @returns its path */
  hangUp(): string;
}

const patience = Number(process.env.GANDI_PATIENCE ?? 1);

/** @param folder of the guest, for the socket. @param name in the guest: `org.gandi.agent.0` */
export function portToPlug(folder: string, name: string): GuestPort {
  const id = name.replaceAll('.', '-');
  const path = join(folder, `${id}.sock`);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let socket: Socket | undefined;
  return {
    lines,
    line: async (index, seconds = 30) => {
      const signal = AbortSignal.timeout(seconds * 1000 * patience);
      while (lines[index] === undefined) {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        waiting.add(resolve);
        signal.addEventListener('abort', () => reject(new Error(`line ${index} did not come on ${name}: ${lines}`)));
        await promise;
      }
      return lines[index];
    },
    say: (line) => void socket?.write(`${line}\n`),
    hangUp: () => {
      socket?.destroy();
      return path;
    },
    plug: async (qmp) => {
      const address = { type: 'unix', data: { path } };
      await qmp.execute('chardev-add', {
        id,
        backend: { type: 'socket', data: { addr: address, server: true, wait: false } },
      });
      socket = await connectWhenThere(path, AbortSignal.timeout(10_000));
      readLines(socket, (line) => {
        lines.push(line);
        for (const resolve of waiting) resolve();
        waiting.clear();
      });
      await qmp.execute('device_add', { driver: 'virtserialport', id, chardev: id, name });
    },
    unplug: async (qmp) => {
      await unplugDevice(qmp, id);
      socket?.destroy();
      await qmp.execute('chardev-remove', { id });
    },
  };
}
