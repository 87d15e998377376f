import { setTimeout } from 'node:timers/promises';
import type { System } from '../../core/system/system.ts';
import type { ActionKind } from '../action/kind.ts';

/** Brings links up, and waits until each of them has carrier or the seconds are over. */
export interface RaiseLinks {
  readonly kind: 'raise-links';
  readonly links: readonly string[];
  readonly carrierSeconds: number;
}

export const raiseLinksKind: ActionKind<RaiseLinks> = {
  kind: 'raise-links',
  describe: (action) => `bring up ${action.links.join(', ')}`,
  deviceOf: (action) => action.links.join(' '),
  apply: raiseLinks,
};

const pollMilliseconds = 50;

/** Brings links up and waits until each has carrier, or the time is over: without carrier is not a failure, only a fact. */
export async function raiseLinks({ links, carrierSeconds }: RaiseLinks, system: System): Promise<void> {
  for (const link of links) await system.processes.run('ip', ['link', 'set', 'dev', link, 'up']);
  const end = system.clock.monotonic() + carrierSeconds;
  while (system.clock.monotonic() < end) {
    if (await haveCarrier(links, system)) return;
    await setTimeout(pollMilliseconds);
  }
}

async function haveCarrier(links: readonly string[], { files }: System): Promise<boolean> {
  const states = await Promise.all(links.map((link) => files.read(`/sys/class/net/${link}/carrier`).catch(() => '0')));
  return states.every((state) => state?.trim() === '1');
}
