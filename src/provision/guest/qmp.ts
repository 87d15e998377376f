import type { Socket } from 'node:net';
import { z } from 'zod';
import { AgentError } from '../../core/error/agent-error.ts';
import { connectWhenThere, readLines } from '../../core/system/line-socket.ts';

const eventSchema = z.object({ event: z.string(), data: z.record(z.string(), z.unknown()).default({}) });

/** An event of QEMU, as the QEMU QMP Reference Manual lists them. */
export type QmpEvent = z.infer<typeof eventSchema>;

/** An event, or the answer to the command with this number; the greeting is neither. */
const messageSchema = z.union([
  eventSchema,
  z.object({ id: z.number(), error: z.object({ desc: z.string() }) }),
  z.object({ id: z.number(), return: z.unknown() }),
]);

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** The control connection of one QEMU process, which serves one at a time. */
export class Qmp {
  readonly #path: string;
  readonly #socket: Socket;
  readonly #commands = new Map<number, Waiter<unknown> & { readonly command: string }>();
  readonly #events = new Set<Waiter<QmpEvent> & { matches(event: QmpEvent): boolean }>();
  #lastId = 0;

  private constructor(path: string, socket: Socket) {
    this.#path = path;
    this.#socket = socket;
    readLines(socket, (line) => this.#receive(line));
    socket.on('close', () => this.#end());
    socket.on('error', () => undefined);
  }

  /** @param signal says that the time is over. @throws AgentError `qmp.no-answer` */
  static async connect(path: string, signal: AbortSignal): Promise<Qmp> {
    const socket = await connectWhenThere(path, signal).catch((cause: unknown) => {
      throw noAnswer(path, cause);
    });
    const qmp = new Qmp(path, socket);
    // Of a second connection QEMU says nothing until the first is closed.
    const giveUp = () => qmp.close();
    signal.addEventListener('abort', giveUp);
    await qmp.execute('qmp_capabilities');
    signal.removeEventListener('abort', giveUp);
    return qmp;
  }

  /** @throws AgentError `qmp.refused` with QEMU's own words, `qmp.no-answer` if it ends */
  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(noAnswer(this.#path));
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#commands.set(id, { command, resolve, reject });
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return promise;
  }

  /** Waits for the next event of a name; call it before what causes the event. @throws AgentError `qmp.no-event` */
  nextEvent(
    name: string,
    options: { seconds: number; where?: (data: QmpEvent['data']) => boolean },
  ): Promise<QmpEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<QmpEvent>();
    const matches = ({ event, data }: QmpEvent) => event === name && (options.where?.(data) ?? true);
    const waiter = { resolve, reject, matches };
    this.#events.add(waiter);
    const timer = setTimeout(() => reject(noEvent(this.#path, name, options.seconds)), options.seconds * 1000);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#events.delete(waiter);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (message === undefined) return;
    if ('event' in message) {
      for (const waiter of this.#events) if (waiter.matches(message)) waiter.resolve(message);
      return;
    }
    const waiter = this.#commands.get(message.id);
    this.#commands.delete(message.id);
    if ('error' in message) waiter?.reject(refused(this.#path, waiter.command, message.error.desc));
    else waiter?.resolve(message.return);
  }

  #end(): void {
    for (const waiter of [...this.#commands.values(), ...this.#events]) waiter.reject(noAnswer(this.#path));
    this.#commands.clear();
  }
}

function parseMessage(line: string): z.infer<typeof messageSchema> | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function refused(path: string, command: string, words: string): AgentError {
  return new AgentError(`QEMU refuses ${command}: ${words}`, {
    code: 'qmp.refused',
    subject: path,
    remedy: 'see the QMP reference of this QEMU for what the command needs',
  });
}

function noAnswer(path: string, cause?: unknown): AgentError {
  return new AgentError('no QEMU answers', {
    code: 'qmp.no-answer',
    subject: path,
    remedy: 'start QEMU with `-qmp unix:PATH,server=on,wait=off`, and close other connections to that socket',
    cause,
  });
}

function noEvent(path: string, name: string, seconds: number): AgentError {
  return new AgentError(`no ${name} from QEMU within ${seconds} s`, {
    code: 'qmp.no-event',
    subject: path,
    remedy: 'see in the guest what keeps the device, and try again',
  });
}
