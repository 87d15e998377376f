const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** What asks a program to end. */
export type Signal = keyof typeof signals;

const names = Object.keys(signals) as Signal[];

/**
 * From now on no signal ends this process, until `stopWaiting`.
 * @param ending the signals of which the first is `received`; the others are left to the programs that this one started
 */
export function awaitSignal(ending: readonly Signal[] = names): {
  readonly received: Promise<Signal>;
  stopWaiting(): void;
} {
  const { promise: received, resolve } = Promise.withResolvers<Signal>();
  const listeners = names.map((name) => ({
    name,
    listener: () => (ending.includes(name) ? resolve(name) : undefined),
  }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return {
    received,
    stopWaiting: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

/** The exit status that stands for an end by a signal. */
export function statusOfSignal(signal: Signal): number {
  return 128 + signals[signal];
}
