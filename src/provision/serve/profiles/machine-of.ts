import type { HostIdentity } from '../hosts/host.ts';
import type { Machine, Profiles } from './profile-schema.ts';

/** The entry of a machine, by its MAC address, else by its UUID. */
export function machineOf({ machines }: Profiles, { mac, uuid }: HostIdentity): Machine | undefined {
  const byMac = mac === undefined ? undefined : machines.find((machine) => machine.mac.includes(mac));
  return byMac ?? (uuid === undefined ? undefined : machines.find((machine) => machine.uuid === uuid));
}
