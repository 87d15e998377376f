import { setTimeout } from 'node:timers/promises';
import { hasWayOut, type WayOut } from '../network/way-out.ts';
import type { System } from '../system/system.ts';
import { observeDefaultRoutes } from './default-routes.ts';

// The kernel asks for a gateway three times, a second apart, before it gives up on it.
const pollMilliseconds = 500;

/** Waits until the machine has this way out, or the time is over; whether it has it. */
export async function waitForWayOut(wanted: WayOut, seconds: number, system: System): Promise<boolean> {
  const end = system.clock.monotonic() + seconds;
  for (;;) {
    if (hasWayOut(wanted, await observeDefaultRoutes(system))) return true;
    if (system.clock.monotonic() >= end) return false;
    await setTimeout(pollMilliseconds);
  }
}
