import type { Alarm } from './alarm.ts';

// Longer than any disk takes that is well, unless its file system is checked.
export const slowSeconds = 30;

/** Lets others go first; returns when it is this one's turn again. */
export type Pause = () => Promise<void>;

export interface WorkOptions {
  readonly alarm: Alarm;
  /** Called when it is slow and when it pauses. */
  readonly onNews: () => void;
  /** Called once it takes too long, its pauses not counted. */
  readonly onSlow: () => void;
}

/** The answer to a device's events, while it is worked on. */
export class Work {
  /** Never rejected. */
  readonly done: Promise<void>;
  readonly #options: WorkOptions;
  #state: 'running' | 'slow' | 'paused' = 'running';
  #turn = Promise.withResolvers<void>();
  #cancelAlarm = () => {};

  /** Starts it. @param answer never rejected */
  constructor(answer: (pause: Pause) => Promise<void>, options: WorkOptions) {
    this.#options = options;
    this.#run();
    this.done = answer(() => this.#pause()).finally(() => this.#cancelAlarm());
  }

  /** Slow: it takes so long that the device seems to hang, and others may start in its place. Paused: it lets others go first. */
  get state(): 'running' | 'slow' | 'paused' {
    return this.#state;
  }

  /** Ends its pause. */
  goOn(): void {
    this.#run();
    this.#turn.resolve();
  }

  #run(): void {
    this.#state = 'running';
    this.#cancelAlarm = this.#options.alarm.after(slowSeconds, () => {
      this.#options.onSlow();
      this.#enter('slow');
    });
  }

  #pause(): Promise<void> {
    this.#cancelAlarm();
    this.#turn = Promise.withResolvers();
    this.#enter('paused');
    return this.#turn.promise;
  }

  #enter(state: 'slow' | 'paused'): void {
    this.#state = state;
    this.#options.onNews();
  }
}
