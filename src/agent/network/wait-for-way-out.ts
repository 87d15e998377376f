import { setTimeout } from 'node:timers/promises';
import { hasWayOut, type WayOut } from './way-out.ts';
import type { System } from '../../core/system/system.ts';
import { observeDefaultRoutes } from './default-routes.ts';

// The kernel asks for a gateway three times, a second apart, before it gives up on it.
const pollMilliseconds = 500;
// networkd answers before it has done what it was told: for a moment the way out may still be that of before.
const steadySeconds = 3;

/** Waits until the machine has this way out and keeps it for a moment, or the time is over; whether it has it. */
export async function waitForWayOut(wanted: WayOut, seconds: number, system: System): Promise<boolean> {
  const end = system.clock.monotonic() + seconds;
  const steady = Math.min(steadySeconds, seconds / 2);
  let since: number | undefined;
  for (;;) {
    const isThere = hasWayOut(wanted, await observeDefaultRoutes(system));
    const now = system.clock.monotonic();
    since = isThere ? (since ?? now) : undefined;
    if (since !== undefined && now - since >= steady) return true;
    // One that came in the last moment is one all the same.
    if (now >= end) return isThere;
    await setTimeout(pollMilliseconds);
  }
}
