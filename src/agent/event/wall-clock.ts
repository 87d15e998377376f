import type { Clock } from '../../core/system/clock.ts';

/** `12:44:03`, or with its day where that is another: the local time of a moment that is given in seconds since boot. */
export type WallClock = (secondsSinceBoot: number) => string;

/** As the clock is now: what was set meanwhile is not known. For people only. */
export function wallClock({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>): WallClock {
  const today = now();
  const boot = today.getTime() - monotonic() * 1000;
  return (seconds) => {
    const at = new Date(boot + seconds * 1000);
    const time = at.toTimeString().slice(0, 8);
    return at.toDateString() === today.toDateString() ? time : `${dayOf(at)} ${time}`;
  };
}

function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
