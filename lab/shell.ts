import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { connectWhenThere, readLines } from './socket.ts';

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

interface Pending {
  answer(result: CommandResult): void;
  fail(error: Error): void;
}

/**
 * Root shell of a guest over a virtio port; `elements/lab/lab-files/usr/local/sbin/lab-shell` is its other end.
 * Commands run side by side. What is sent before the guest listens waits in QEMU.
 */
export class Shell {
  readonly #socket: Socket;
  readonly #pending = new Map<string, Pending>();
  readonly #starts = new EventEmitter();
  #lastId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    readLines(socket, (line) => this.#receive(line));
    socket.on('close', () => this.#forget('the guest has ended'));
    socket.on('error', () => undefined);
  }

  static async connect(path: string, signal: AbortSignal): Promise<Shell> {
    return new Shell(await connectWhenThere(path, signal));
  }

  /**
   * Runs a command line in the guest's bash. Exit status 124 or 137 means that it was stopped after `seconds`.
   * @throws Error if the guest does not answer at all, or restarts meanwhile
   */
  run(command: string, seconds: number): Promise<CommandResult> {
    const id = `r${++this.#lastId}`;
    const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
    this.#pending.set(id, { answer: resolve, fail: reject });
    this.#socket.write(`${id} ${seconds} ${Buffer.from(command).toString('base64')}\n`);
    // The guest stops the command itself; only a guest that hangs reaches this limit.
    const silence = new Error(`the guest does not answer; it was asked to run: ${command}`);
    const timer = setTimeout(() => reject(silence), (seconds + 10) * 1000);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#pending.delete(id);
    });
  }

  /** Waits until the shell starts again, as it does at each boot. */
  async nextStart(seconds: number): Promise<void> {
    await once(this.#starts, 'start', { signal: AbortSignal.timeout(seconds * 1000) });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(line: string): void {
    const [id = '', status = '', stdout = '', stderr = ''] = line.split(' ');
    if (id === 'hello') {
      if (this.#greeted) this.#forget('the guest was restarted');
      this.#greeted = true;
      this.#starts.emit('start');
    }
    const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
    this.#pending.get(id)?.answer({ exitCode: Number(status), stdout: text(stdout), stderr: text(stderr) });
  }

  #greeted = false;

  #forget(reason: string): void {
    for (const pending of this.#pending.values()) pending.fail(new Error(reason));
    this.#pending.clear();
  }
}
