import type { System } from '../system/system.ts';

// Longer than any disk takes that is well, unless its file system is checked.
const slowSeconds = 30;

/** The answer to a device's events, while it is worked on. */
export interface Work {
  readonly done: Promise<void>;
  /** Whether it takes so long that the device seems to hang: then others may start in its place. */
  isSlow(): boolean;
  /** When it is done or has become slow. */
  readonly settled: Promise<void>;
}

/** Watches over an answer, and says once in the journal when it takes too long. @param answer never rejected */
export function startWork(device: string, answer: Promise<void>, system: System, seconds = slowSeconds): Work {
  let isSlow = false;
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      isSlow = true;
      system.journal.warn(
        `${device}: not done after ${seconds} s: it hangs or takes its time; it is gone on with when it answers, and the others do not wait`,
        { device },
      );
      resolve();
    }, seconds * 1000);
  });
  const done = answer.finally(() => clearTimeout(timer));
  return { done, isSlow: () => isSlow, settled: Promise.race([done, slow]) };
}

/** The next thing that is worth a look at what can start. */
export function nextNews(work: Work): Promise<void> {
  return work.isSlow() ? work.done : work.settled;
}
