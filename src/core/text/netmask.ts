import ipaddr from 'ipaddr.js';
import { type Family, parseAddress } from './ip-address.ts';

const bits: Record<Family, number> = { ipv4: 32, ipv6: 128 };

/**
 * Prefix length of a mask in any way that platforms write it: `255.255.255.0`, `ffff:ffff::`, `24`.
 * Undefined if it is not a mask of that family, or one with holes in it.
 */
export function prefixLengthOf(mask: string, family: Family): number | undefined {
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= bits[family] ? Number(mask) : undefined;
  const parsed = parseAddress(mask);
  if (parsed?.family !== family) return undefined;
  return ipaddr.parse(parsed.canonical).prefixLengthFromSubnetMask() ?? undefined;
}

/** `255.255.255.0` for 24. */
export function dottedNetmask(prefixLength: number): string {
  return ipaddr.IPv4.subnetMaskFromPrefixLength(prefixLength).toString();
}
