import type { System } from '../../core/system/system.ts';

// Longer than any disk takes that is well, unless its file system is checked.
const slowSeconds = 30;

/** The answer to a device's events, while it is worked on. */
export interface Work {
  readonly done: Promise<void>;
  /** Slow: it takes so long that the device seems to hang, and others may start in its place. Paused: it lets others go first. */
  state(): 'running' | 'slow' | 'paused';
  /** Ends its pause. */
  goOn(): void;
}

/** Lets others go first; returns when it is this one's turn again. */
export type Pause = () => Promise<void>;

/**
 * Watches over an answer, and says in the journal when it takes too long, its pauses not counted.
 * @param answer never rejected
 * @param onNews called when it is slow, when it pauses and when it is done
 */
export function startWork(
  device: string,
  answer: (pause: Pause) => Promise<void>,
  system: System,
  onNews: () => void,
  seconds = slowSeconds,
): Work {
  let state: ReturnType<Work['state']> = 'running';
  let turn = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const enter = (next: typeof state) => {
    state = next;
    onNews();
  };
  const run = () => {
    state = 'running';
    timer = setTimeout(() => {
      system.journal.warn(
        `${device}: not done after ${seconds} s: it hangs or takes its time; it is gone on with when it answers, and the others do not wait`,
        { device },
      );
      enter('slow');
    }, seconds * 1000);
  };
  const pause = () => {
    clearTimeout(timer);
    turn = Promise.withResolvers();
    enter('paused');
    return turn.promise;
  };
  run();
  const done = answer(pause).finally(() => {
    clearTimeout(timer);
    onNews();
  });
  return {
    done,
    state: () => state,
    goOn() {
      run();
      turn.resolve();
    },
  };
}
