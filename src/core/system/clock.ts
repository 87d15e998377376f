import { setTimeout } from 'node:timers/promises';

export interface Clock {
  /** Wall clock, for people and records only: it may jump, so nothing is timed or ordered by it. */
  now(): Date;
  /** Seconds since boot, the clock that udev and the kernel's messages use (CLOCK_MONOTONIC). */
  monotonic(): number;
  /** Lets some time pass before the next look at the machine. */
  sleep(seconds: number): Promise<void>;
}

export function openClock(): Clock {
  return {
    now: () => new Date(),
    // libuv's hrtime is CLOCK_MONOTONIC on Linux, so it compares with USEC_INITIALIZED of udev.
    monotonic: () => Number(process.hrtime.bigint()) / 1e9,
    sleep: (seconds) => setTimeout(seconds * 1000),
  };
}
