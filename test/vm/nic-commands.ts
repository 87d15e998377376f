import { expect } from 'vitest';
import type { Guest } from '../../lab/guest.ts';

/** Prints the name of the NIC with a MAC address; fails while there is none. */
export function nameOf(macAddress: string): string {
  return `basename $(dirname $(grep --files-with-matches ${macAddress} /sys/class/net/*/address))`;
}

/** Prints the IPv4 addresses of a link. */
export function addressOf(link: string): string {
  return `ip -brief -4 address show dev ${link}`;
}

/** That systemd told the state of the network's unit by its socket: where it does not, systemctl(1) is asked, half a second later. The log level is debug. */
export async function expectSystemdAsked(guest: Guest): Promise<void> {
  const log = await guest.expect('journalctl --boot --unit=gandi-hotplug --output=cat');
  expect(log).toContain('run tool=ip');
  expect(log).not.toContain('is-active');
}
