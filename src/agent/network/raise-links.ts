import { setTimeout } from 'node:timers/promises';
import type { RaiseLinks } from '../action/action.ts';
import type { System } from '../../core/system/system.ts';

const pollMilliseconds = 50;

/** Brings links up and waits until each has carrier, or the time is over: without carrier is no failure, only a fact. */
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
