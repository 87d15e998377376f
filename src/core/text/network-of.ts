import ipaddr from 'ipaddr.js';
import { parseAddress } from './ip-address.ts';

/** `198.51.100.0/24` for an IPv4 address in it and its prefix length. */
export function networkOf(address: string, prefixLength: number): string {
  return `${ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefixLength}`)}/${prefixLength}`;
}

/**
 * The address of the network that an address of either family is in: `10.0.0.0` for 10.1.2.3 and 8. What is one already stays as it is
 * written.
 */
export function networkAddressOf(address: string, prefixLength: number): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  const family = parsed.family === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const network = family.networkAddressFromCIDR(`${parsed.canonical}/${prefixLength}`).toString();
  return network === parsed.canonical ? address : network;
}
