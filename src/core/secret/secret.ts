import { inspect } from 'node:util';

const mask = '•••';

/**
 * A value that must never reach a log, a plan's output, an argument list or a status file.
 * Every way of turning it into text gives a mask; only `reveal()` gives the value, and only handlers call it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
