import type { BondLink } from '../model.ts';

/** Options of the bonding driver, in its own words (Linux Documentation/networking/bonding.rst). */
export function bondOptions({ mode, miimonMilliseconds, lacpRate, transmitHashPolicy }: BondLink): string {
  return [
    `mode=${mode}`,
    `miimon=${miimonMilliseconds ?? 100}`,
    ...(lacpRate === null ? [] : [`lacp_rate=${lacpRate}`]),
    ...(transmitHashPolicy === null ? [] : [`xmit_hash_policy=${transmitHashPolicy}`]),
  ].join(' ');
}
