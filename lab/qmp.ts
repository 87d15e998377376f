import type { Socket } from 'node:net';
import { connectWhenThere, readLines } from './socket.ts';

/** An event of QEMU, as the QEMU QMP Reference Manual lists them. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** The control connection of one QEMU process. */
export class Qmp {
  readonly #socket: Socket;
  readonly #commands = new Map<number, Waiter<unknown>>();
  readonly #events = new Set<Waiter<QmpEvent> & { matches(event: QmpEvent): boolean }>();
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    readLines(socket, (line) => this.#receive(line));
    socket.on('close', () => this.#end());
    socket.on('error', () => undefined);
  }

  static async connect(path: string, signal: AbortSignal): Promise<Qmp> {
    const qmp = new Qmp(await connectWhenThere(path, signal));
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  /** @throws Error with QEMU's own words if it refuses the command */
  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(new Error('QEMU has ended'));
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#commands.set(id, { resolve, reject: (error) => reject(new Error(`${command}: ${error.message}`)) });
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return promise;
  }

  /** Waits for the next event of a name; call it before what causes the event. */
  nextEvent(
    name: string,
    options: { seconds: number; where?: (data: QmpEvent['data']) => boolean },
  ): Promise<QmpEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<QmpEvent>();
    const matches = ({ event, data }: QmpEvent) => event === name && (options.where?.(data) ?? true);
    const waiter = { resolve, reject, matches };
    this.#events.add(waiter);
    const timer = setTimeout(
      () => reject(new Error(`no ${name} from QEMU within ${options.seconds} s`)),
      options.seconds * 1000,
    );
    return promise.finally(() => {
      clearTimeout(timer);
      this.#events.delete(waiter);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(line: string): void {
    if (line.trim() === '') return;
    const message = JSON.parse(line);
    if ('event' in message) {
      const event = { event: message.event, data: message.data ?? {} };
      for (const waiter of this.#events) if (waiter.matches(event)) waiter.resolve(event);
    } else if ('id' in message) {
      const command = this.#commands.get(message.id);
      this.#commands.delete(message.id);
      if ('error' in message) command?.reject(new Error(message.error.desc));
      else command?.resolve(message.return);
    }
  }

  #end(): void {
    const ended = new Error('QEMU has ended');
    for (const waiter of [...this.#commands.values(), ...this.#events]) waiter.reject(ended);
    this.#commands.clear();
  }
}
